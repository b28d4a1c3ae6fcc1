# SPDX-License-Identifier: Apache-2.0
"""Every promise of the vendor's API as one row: what is sent, and what comes back to the byte.

A row is (promise, request, body, status, answer). In all of them $name is a value that is known by then; in an answer
<kind:name> takes one of that kind and keeps it, <kind> takes it only. EMPTY is an empty 200 with a Content-Type, NONE a
204 without a body. The rows are walked in order over one connection.
"""

import json

EMPTY, NONE = object(), object()
KINDS = {"hex24": "[0-9a-f]{24}", "uuid": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "time": r"\d{8}T\d{6}Z",
         "secret": "[0-9a-f]{32,64}", "any": "[^\"]*", "number": r"\d+"}


def error(code, text, more=False):
    return '{"error_code":"' + code + '","error_desc":"' + text + ("<any>" if more else "") + '"}'


class Form(str):
    """A body that is no JSON."""


TOKENS = ('{"scope":"default","tokenType":"Bearer","expiresIn":3600,"accessToken":"<secret:access>",'
          '"refreshToken":"<secret:refresh>"}')
SEC = "/iocm/app/sec/v1.1.0/"
LOGIN_REFUSED = error("100208", "AppId or secret is not right.")
NO_TOKEN = error("1010005", "Invalid access token or appId.")
PARAMETER = error("102202", "Required Parameter is null or empty.")
INPUT = error("50400", "The input is invalid.", True)

ACCESS = [
    ("login is a form and answers five fields", f"POST {SEC}login", Form("appId=$app&secret=$secret"), 200, TOKENS),
    ("a wrong secret is not said to be it", f"POST {SEC}login", Form("appId=$app&secret=x"), 401, LOGIN_REFUSED),
    ("nor is a wrong application", f"POST {SEC}login", Form("appId=$nobody&secret=x"), 401, LOGIN_REFUSED),
    ("secret is mandatory", f"POST {SEC}login", Form("appId=$app&secret="), 400, PARAMETER),
    ("appId is mandatory", f"POST {SEC}login", Form(""), 400, PARAMETER),
    ("a refresh token gives new tokens", f"POST {SEC}refreshToken",
     '{"appId":"$app","secret":"$secret","refreshToken":"$refresh"}', 200,
     TOKENS.replace("<secret:refresh>", "<secret:fresh>")),
    ("and works once", f"POST {SEC}refreshToken", '{"appId":"$app","secret":"$secret","refreshToken":"$refresh"}', 400,
     INPUT),
    ("all three are mandatory", f"POST {SEC}refreshToken", '{"appId":"$app","secret":"$secret"}', 400, INPUT),
    ("with the secret", f"POST {SEC}refreshToken", '{"appId":"$app","secret":"x","refreshToken":"$fresh"}', 401,
     LOGIN_REFUSED),
    ("logout answers 204", f"POST {SEC}logout", '{"accessToken":"$access"}', 204, NONE),
    ("and ends the session", "GET /iocm/app/dm/v1.4.0/devices", None, 403, NO_TOKEN),
    ("the token to log out is mandatory", f"POST {SEC}logout", "{}", 400, PARAMETER),
    ("and has to be one", f"POST {SEC}logout", '{"accessToken":"x"}', 403, NO_TOKEN),
    ("who logged out logs in again", f"POST {SEC}login", Form("secret=$secret&appId=$app"), 200, TOKENS),
]

REG1, REG2 = "/iocm/app/reg/v1.1.0/deviceCredentials", "/iocm/app/reg/v2.0.0/deviceCredentials"
DM = "/iocm/app/dm/v1.4.0/devices"
NO_PRODUCT = error("600002", "The product not existed.")
NO_DEVICE = error("100403", "The device is not existed.")
INFO = ('"deviceInfo":{"nodeId":"%s","name":"%s","manufacturerId":"acme-id","manufacturerName":"Acme",'
        '"deviceType":"WaterMeter","model":"W1","protocolType":"LWM2M","swVersion":null,"fwVersion":null,'
        '"status":"INACTIVE","statusDetail":"NOT_ACTIVE","signalStrength":null,"mute":%s,"location":%s,"region":%s,'
        '"timezone":%s,"organization":null,"imsi":%s,"endUserId":%s,"isSecurity":"%s","tags":%s}')
DEVICE = ('{"deviceId":"$%s","gatewayId":"$%s","nodeType":"ENDPOINT","createTime":"<time>","lastModifiedTime":null,%s,'
          '"services":[]}')
FIRST = DEVICE % ("device", "device", INFO % (
    "node-1", "kitchen", "null", "null", "null", "null", '"46000"', '"user"', "TRUE", '[{"tagName":"floor"}]'))
CHANGED = DEVICE % ("device", "device", INFO % (
    "node-1", "cellar", '"TRUE"', '"west"', '"north"', '"Asia/Shanghai"', '"46001"', '"user"', "TRUE", "[]"))

DEVICES = [
    ("a registration keeps every field", f"POST {REG1}?appId=$app",
     '{"nodeId":"node-1","verifyCode":"4711","endUserId":"user","imsi":"46000","isSecure":true,"psk":"0011223344556677",'
     '"timeout":0,"productId":null,"deviceInfo":{"manufacturerId":"acme-id","manufacturerName":"Acme",'
     '"deviceType":"WaterMeter","model":"W1","protocolType":"LWM2M"},"deviceName":"kitchen",'
     '"tags":[{"tagName":"floor"}],"unknown":{"is":"ignored"}}', 200,
     '{"deviceId":"<uuid:device>","verifyCode":"4711","timeout":0,"psk":"0011223344556677"}'),
    ("the node id is all it needs", f"POST {REG1}", '{"nodeId":"node-2","verifyCode":null}', 200,
     '{"deviceId":"<uuid:bare>","verifyCode":"node-2","timeout":0,"psk":null}'),
    ("manufactureName is understood, too", f"POST {REG1}",
     '{"nodeId":"node-3","deviceInfo":{"manufactureName":"Acme","deviceType":"WaterMeter","model":"W2"}}', 200,
     '{"deviceId":"<uuid:other>","verifyCode":"node-3","timeout":0,"psk":null}'),
    ("a node id is taken once", f"POST {REG1}", '{"nodeId":"node-1"}', 400,
     error("100426", "The nodeId is duplicated.")),
    ("no such product", f"POST {REG1}", '{"nodeId":"x","productId":"$nobody"}', 403, NO_PRODUCT),
    ("no such model", f"POST {REG1}",
     '{"nodeId":"x","deviceInfo":{"manufacturerName":"a","deviceType":"b","model":"c"}}', 403, NO_PRODUCT),
    ("a bad verify code", f"POST {REG1}", '{"nodeId":"x","verifyCode":""}', 400,
     error("100003", "Invalid verify code.")),
    ("no JSON", f"POST {REG1}", "{", 400, error("100007", "Bad request message.", True)),
    ("no node id", f"POST {REG1}", "{}", 400, INPUT),
    ("a psk of 7 digits", f"POST {REG1}", '{"nodeId":"x","psk":"0011223"}', 400, INPUT),
    ("a psk of 33 digits", f"POST {REG1}", '{"nodeId":"x","psk":"' + "0" * 33 + '"}', 400, INPUT),
    ("another's appId", f"POST {REG1}?appId=$nobody", '{"nodeId":"x"}', 403, NO_TOKEN),
    ("a device that has a secret", f"POST {REG2}", '{"deviceInfo":{"nodeId":"mqtt-1","name":"pump"}}', 200,
     '{"deviceId":"<uuid:pump>","secret":"<secret:pump_secret>","timeout":0,"psk":null}'),
    ("gets another one", f"PUT {REG2}/$pump", '{"secret":"chosen_by-us1"}', 200, '{"secret":"chosen_by-us1"}'),
    ("it was never heard", f"GET {REG1}/$device", None, 200, '{"deviceId":"$device","activated":false,"name":"kitchen"}'),
    ("credentials change while it is offline", f"PUT {REG1}/$device", '{"verifyCode":"4712","timeout":60000}', 200,
     '{"verifyCode":"4712","timeout":60000}'),
    ("credentials of nobody", f"PUT {REG1}/$nodevice", "{}", 404, NO_DEVICE),
    ("nobody's activation", f"GET {REG1}/$nodevice", None, 404, NO_DEVICE),
    ("a device as it is shown", f"GET {DM}/$device?appId=$app", None, 200, FIRST),
    ("a change is a 204", f"PUT {DM}/$device",
     '{"name":"cellar","mute":"TRUE","location":"west","region":"north","timezone":"Asia/Shanghai","imsi":"46001",'
     '"manufacturerId":"acme-id","manufacturerName":"Acme","deviceType":"WaterMeter","model":"W1",'
     '"protocolType":"LWM2M","psk":"8899aabbccddeeff","tags":[],"unknown":1}', 204, NONE),
    ("and is shown", f"GET {DM}/$device", None, 200, CHANGED),
    ("a list has both totals", f"GET {DM}?pageNo=0&pageSize=250&nodeId=node-1", None, 200,
     '{"pageNo":0,"pageSize":250,"totalCount":1,"totalSize":1,"devices":[' + CHANGED + "]}"),
    ("25 a page", f"GET {DM}?model=nothing", None, 200,
     '{"pageNo":0,"pageSize":25,"totalCount":0,"totalSize":0,"devices":[]}'),
    ("a query may begin with &", f"GET {DM}?&model=W1&pageSize=1", None, 200,
     '{"pageNo":0,"pageSize":1,"totalCount":1,"totalSize":1,"devices":[' + CHANGED + "]}"),
    ("251 is too many", f"GET {DM}?pageSize=251", None, 400, INPUT),
    ("0 is too few", f"GET {DM}?pageSize=0", None, 400, INPUT),
    ("protocolType is one of three", f"PUT {DM}/$device", '{"protocolType":"SMTP"}', 400, INPUT),
    ("an unknown device", f"GET {DM}/$nodevice", None, 404, NO_DEVICE),
    ("is not changed", f"PUT {DM}/$nodevice", '{"name":"x"}', 404, NO_DEVICE),
    ("is not deleted", f"DELETE {DM}/$nodevice", None, 404, NO_DEVICE),
]

GROUPS_PATH = "/iocm/app/devgroup/v1.3.0/devGroups"
ADD, REMOVE = "/iocm/app/dm/v1.1.0/devices/addDevGroupTagToDevices", "/iocm/app/dm/v1.1.0/devices/deleteDevGroupTagFromDevices"
NO_GROUP = error("100603", "The device group is not existed.")


def group(name, most, now):
    return ('"id":"$group","name":"%s","description":"the west","appId":"$app","maxDevNum":%d,"curDevNum":%d'
            % (name, most, now))


GROUPS = [
    ("a group", f"POST {GROUPS_PATH}",
     '{"name":"west1","description":"the west","appId":"$app","maxDevNum":2,"deviceIds":["$device"]}', 200,
     "{" + group("west1", 2, 1).replace("$group", "<hex24:group>") + ',"deviceIds":["$device"]}'),
    ("its name is taken", f"POST {GROUPS_PATH}", '{"name":"west1"}', 200,
     error("100602", "The device group name has been used.")),
    ("letters and digits only", f"POST {GROUPS_PATH}", '{"name":"a b"}', 400, INPUT),
    ("a name of 51", f"POST {GROUPS_PATH}", '{"name":"' + "x" * 51 + '"}', 400, INPUT),
    ("of another application", f"POST {GROUPS_PATH}", '{"name":"x","appId":"$nobody"}', 403, NO_TOKEN),
    ("a device of nobody", f"POST {GROUPS_PATH}", '{"name":"x","deviceIds":["$nodevice"]}', 404, NO_DEVICE),
    ("it is shown", f"GET {GROUPS_PATH}/$group?accessAppId=$app", None, 200, "{" + group("west1", 2, 1) + "}"),
    ("it is changed", f"PUT {GROUPS_PATH}/$group?accessAppId=$app", '{"name":"west"}', 200,
     "{" + group("west", 2, 1) + "}"),
    ("groups are listed", f"GET {GROUPS_PATH}?pageNo=0&pageSize=10", None, 200,
     '{"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1,"list":[{' + group("west", 2, 1) + "}]}"),
    ("members are added", f"POST {ADD}?accessAppId=$app", '{"devGroupId":"$group","deviceIds":["$device","$bare"]}', 200,
     '{"devGroupId":"$group","deviceIds":["$device","$bare"]}'),
    ("up to the limit", f"POST {ADD}", '{"devGroupId":"$group","deviceIds":["$other"]}', 200,
     error("100601", "The number of device in the group has reach the max.")),
    ("a thousand at once", f"POST {ADD}", '{"devGroupId":"$group","deviceIds":["' + '","'.join(["x"] * 1001) + '"]}',
     400, error("100609", "Too much devices to add.")),
    ("members of nothing", f"POST {ADD}", '{"devGroupId":"$nobody","deviceIds":["$other"]}', 200, NO_GROUP),
    ("members are removed", f"POST {REMOVE}", '{"devGroupId":"$group","deviceIds":["$bare"]}', 200, EMPTY),
    ("members are listed", "GET /iocm/app/dm/v1.2.0/devices/ids?devGroupId=$group&accessAppId=$app&pageNo=0&pageSize=5",
     None, 200, '{"pageNo":0,"pageSize":5,"totalCount":1,"totalSize":1,"deviceIds":["$device"]}'),
    ("of nothing", "GET /iocm/app/dm/v1.2.0/devices/ids?devGroupId=$nobody", None, 200, NO_GROUP),
    ("no such group", f"GET {GROUPS_PATH}/$nobody", None, 200, NO_GROUP),
    ("is changed", f"PUT {GROUPS_PATH}/$nobody", '{"name":"x"}', 200, NO_GROUP),
    ("is deleted", f"DELETE {GROUPS_PATH}/$nobody", None, 200, NO_GROUP),
]

CATEGORY = "/iodm/northbound/v1.5.0/category"
NO_FILE = error("123002", "Device or package file not found.")
ITEM = ('{"fileId":"$file","name":"<any>","version":"V2.0","fileType":"softwarePackage","deviceType":"WaterMeter",'
        '"model":"W1","manufacturerName":"Acme","protocolType":"LWM2M","description":"","date":"2026-01-01",'
        '"uploadTime":"<time>"}')
PACKAGES = [
    ("an item has only strings", f"GET {CATEGORY}/$file", None, 200, ITEM),
    ("a page of them", f"GET {CATEGORY}?fileType=softwarePackage&deviceType=WaterMeter&model=W1&manufacturerName=Acme"
     "&version=V2.0&pageNo=0&pageSize=10", None, 200,
     '{"data":[' + ITEM + '],"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1}'),
    ("an empty filter is none", f"GET {CATEGORY}?&model=&version=", None, 200,
     '{"data":[' + ITEM + '],"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1}'),
    ("no firmware", f"GET {CATEGORY}?fileType=firmwarePackage", None, 200,
     '{"data":[],"pageNo":0,"pageSize":10,"totalCount":0,"totalSize":0}'),
    ("101 a page", f"GET {CATEGORY}?pageSize=101", None, 400, error("123029", "pageNo or pageSize beyond the limit.")),
    ("no such package", f"GET {CATEGORY}/$nobody", None, 404, NO_FILE),
    ("is deleted", f"DELETE {CATEGORY}/$nobody", None, 404, NO_FILE),
    ("nor one that an operator uploaded", f"DELETE {CATEGORY}/$file", None, 403,
     error("190009", "The package is not the application's to delete.")),
]

SUB1, SUB2 = "/iodm/app/sub/v1.1.0/subscribe", "/iocm/app/sub/v1.2.0/subscriptions"
BAD_URL = error("100222", "The request callbackurl is illegal.")
APPLICATION_INPUT = error("100228", "The application input is invalid.", True)
NO_SUBSCRIPTION = error("100225", "The resource is not found.")


def subscribe(kind, url="$receiver", key="callbackurl"):
    return '{"notifyType":"' + kind + '","' + key + '":"' + url + '"}'


SUBSCRIPTIONS = [
    ("an upgrade's states", f"POST {SUB1}", subscribe("swUpgradeStateChangeNotify"), 200, EMPTY),
    ("its result, by the other spelling", f"POST {SUB1}", subscribe("swUpgradeResultNotify", key="callbackUrl"), 200,
     EMPTY),
    ("a repeat replaces", f"POST {SUB1}", subscribe("swUpgradeResultNotify"), 200, EMPTY),
    ("firmware's can be asked for", f"POST {SUB1}", subscribe("fwUpgradeStateChangeNotify"), 200, EMPTY),
    ("and its result", f"POST {SUB1}", subscribe("fwUpgradeResultNotify"), 200, EMPTY),
    *[(f"not at {url}", f"POST {SUB1}", subscribe("swUpgradeResultNotify", url), 400, BAD_URL)
      for url in ("", "https://h/x", "https://h:443", "ftp://h:21/x", "http://:80/x", "http://h:0/x")],
    ("another type", f"POST {SUB1}", subscribe("nonsense"), 400, APPLICATION_INPUT),
    ("no JSON", f"POST {SUB1}", "{", 400, APPLICATION_INPUT),
    ("a device is added", f"POST {SUB2}",
     '{"appId":"$app","notifyType":"deviceAdded","callbackUrl":"$receiver","channel":"HTTP"}', 201,
     '{"subscriptionId":"<hex24:subscription>","notifyType":"deviceAdded","callbackUrl":"$receiver"}'),
    ("the same again", f"POST {SUB2}", subscribe("deviceAdded"), 409, error("100227", "The resource is conflicted.")),
    ("a device is deleted", f"POST {SUB2}", subscribe("deviceDeleted"), 201,
     '{"subscriptionId":"<hex24:deleted>","notifyType":"deviceDeleted","callbackUrl":"$receiver"}'),
    ("a device is changed", f"POST {SUB2}", subscribe("deviceInfoChanged"), 201,
     '{"subscriptionId":"<hex24>","notifyType":"deviceInfoChanged","callbackUrl":"$receiver"}'),
    ("one is shown", f"GET {SUB2}/$subscription?appId=$app", None, 200,
     '{"subscriptionId":"$subscription","notifyType":"deviceAdded","callbackUrl":"$receiver"}'),
    ("they are listed", f"GET {SUB2}?notifyType=deviceAdded&pageNo=0&pageSize=10", None, 200,
     '{"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1,"subscriptions":[{"subscriptionId":"$subscription",'
     '"notifyType":"deviceAdded","callbackUrl":"$receiver"}]}'),
    ("no such one", f"GET {SUB2}/$nobody", None, 404, NO_SUBSCRIPTION),
    ("is deleted", f"DELETE {SUB2}/$nobody", None, 404, NO_SUBSCRIPTION),
    ("one goes", f"DELETE {SUB2}/$subscription", None, 204, NONE),
    ("once", f"DELETE {SUB2}/$subscription", None, 404, NO_SUBSCRIPTION),
    ("those that fit go", f"DELETE {SUB2}?notifyType=deviceDeleted", None, 204, NONE),
    ("and only they", f"GET {SUB2}?notifyType=deviceInfoChanged&pageSize=1", None, 200,
     '{"pageNo":0,"pageSize":1,"totalCount":1,"totalSize":1,"subscriptions":[{"subscriptionId":"<hex24>",'
     '"notifyType":"deviceInfoChanged","callbackUrl":"$receiver"}]}'),
    ("of another application", f"POST {SUB2}",
     '{"appId":"$nobody","notifyType":"deviceAdded","callbackUrl":"$receiver"}', 403, NO_TOKEN),
]

OPERATIONS = "/iodm/northbound/v1.5.0/operations"
UPGRADE = f"POST {OPERATIONS}/softwareUpgrade"
MADE = '{"operationId":"<hex24>"}'


def upgrade(targets='{"devices":["$device"]}', policy=None, file="$file"):
    return '{"fileId":"' + file + '","targets":' + targets + (',"policy":' + policy if policy else "") + "}"


def groups(**missing):
    model = {"deviceGroups": ["west"], "deviceType": "WaterMeter", "model": "W1", "manufacturerName": "Acme", **missing}
    return upgrade(json.dumps({key: value for key, value in model.items() if value is not None}))


def custom(start, end):
    times = {"executeType": "custom", "startTime": start, "endTime": end}
    return upgrade(policy=json.dumps({key: value for key, value in times.items() if value}))


def refused_upgrade(promise, body, code, text, status=400, more=False):
    return (promise, UPGRADE, body, status, error(code, text, more))


TASK = ('{"operationId":"$operation","createTime":"<time>","startTime":null,"stopTime":null,'
        '"operateType":"software_upgrade","targets":{"devices":["$device"],"deviceGroups":null,"deviceType":null,'
        '"model":null,"manufacturerName":null},"policy":{"executeType":"now","startTime":null,"endTime":null,'
        '"retryType":true,"retryTimes":5},"status":"wait","staResult":{"total":1,"wait":1,"processing":0,"success":0,'
        '"fail":0,"stop":0,"timeout":0},"extendPara":{"fileVersion":"V2.0"}}')
JOB = ('{"subOperationId":"<hex24>","createTime":"<time>","startTime":null,"stopTime":null,'
       '"operateType":"software_upgrade","deviceId":"$device","status":"wait","detailInfo":null,"extendInfo":null}')
PAGE_LIMIT = error("123029", "pageNo or pageSize beyond the limit.")
NEITHER = error("123022", "deviceGroups and devices cannot be null together")
NO_TASK = error("123009", "The requested task does not exist.")

TASKS = [
    ("a task", UPGRADE, upgrade(policy='{"executeType":"now","retryType":true,"retryTimes":5,"x":null}'), 200,
     '{"operationId":"<hex24:operation>"}'),
    ("as it is shown", f"GET {OPERATIONS}/$operation", None, 200, TASK),
    ("in a list with both totals", f"GET {OPERATIONS}?&operationType=software_upgrade&operationStatus=wait"
     "&deviceType=WaterMeter&model=W1&manufacturerName=Acme&deviceId=$device&pageNo=0&pageSize=10", None, 200,
     '{"data":[' + TASK + '],"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1}'),
    ("its jobs", f"GET {OPERATIONS}/$operation/subOperations?subOperationStatus=wait&pageNo=0&pageSize=100", None, 200,
     '{"data":[' + JOB + '],"pageNo":0,"pageSize":100,"totalCount":1,"totalSize":1}'),
    ("no job has failed", f"GET {OPERATIONS}/$operation/subOperations?subOperationStatus=fail", None, 200,
     '{"data":[],"pageNo":0,"pageSize":10,"totalCount":0,"totalSize":0}'),
    ("groups", UPGRADE, groups(), 200, MADE),
    ("when it is online", UPGRADE, upgrade(policy='{"executeType":"device_online"}'), 200, MADE),
    ("at its time", UPGRADE, custom("$in1h", "$in2h"), 200, MADE),
    ("unknown fields are ignored", UPGRADE, '{"x":{},"fileId":"$file","targets":{"devices":["$device"],"y":[]}}', 200,
     MADE),
    ("null is absent", UPGRADE, '{"fileId":"$file","targets":{"devices":["$device"],"deviceGroups":null},"policy":null}',
     200, MADE),
    refused_upgrade("no JSON", "{", "120015", "Bad request error.", more=True),
    refused_upgrade("no file", '{"targets":{"devices":["$device"]}}', "120015", "Bad request error.", more=True),
    refused_upgrade("a list that is none", upgrade('{"devices":"$device"}'), "120015", "Bad request error.", more=True),
    refused_upgrade("another model", upgrade('{"devices":["$other"]}'), "123016",
                    "The parameter is error, targetversion not match with device."),
    refused_upgrade("a group of another model", groups(model="W2"), "123016",
                    "The parameter is error, targetversion not match with device."),
    refused_upgrade("groups without their manufacturer", groups(manufacturerName=None), "123019",
                    "manufacturerName is null."),
    refused_upgrade("groups without their type", groups(deviceType=None), "123020", "deviceType is null"),
    refused_upgrade("groups without their model", groups(model=None), "123021", "model is null"),
    ("no targets", UPGRADE, '{"fileId":"$file"}', 400, NEITHER),
    ("targets of null", UPGRADE, upgrade('{"null":["x"]}'), 400, NEITHER),
    ("empty targets", UPGRADE, upgrade('{"devices":[],"deviceGroups":[]}'), 400, NEITHER),
    refused_upgrade("both", upgrade('{"devices":["$device"],"deviceGroups":["west"]}'), "123023",
                    "deviceGroups and devices cannot be exist together"),
    refused_upgrade("257 devices", upgrade(json.dumps({"devices": ["$device"] * 257})), "123024",
                    "The number of deviceGroups or devices reached upper limit"),
    refused_upgrade("257 groups", upgrade(json.dumps({"deviceGroups": ["west"] * 257})), "123024",
                    "The number of deviceGroups or devices reached upper limit"),
    refused_upgrade("no executeType", upgrade(policy="{}"), "123025", "executeType is error or can not to be null."),
    refused_upgrade("another executeType", upgrade(policy='{"executeType":"soon"}'), "123025",
                    "executeType is error or can not to be null."),
    refused_upgrade("custom without a start", custom(None, "$in2h"), "123026", "startTime or endTime is null or error."),
    refused_upgrade("custom with a bad end", custom("$in1h", "2026-01-01"), "123026",
                    "startTime or endTime is null or error."),
    refused_upgrade("no such group", groups(deviceGroups=["nowhere"]), "123027", "some device groups do not exist"),
    refused_upgrade("no retryTimes", upgrade(policy='{"executeType":"now","retryType":true}'), "123028",
                    "retryTimes is null or beyond the limit."),
    refused_upgrade("6 retries", upgrade(policy='{"executeType":"now","retryType":true,"retryTimes":6}'), "123028",
                    "retryTimes is null or beyond the limit."),
    refused_upgrade("start after end", custom("$in2h", "$in1h"), "123032", "startTime can not be later than the endTime."),
    refused_upgrade("start in the past", custom("20200101T000000Z", "$in1h"), "123033",
                    "startTime can not be earlier than the now."),
    refused_upgrade("less than 5 minutes", custom("$in1h", "$in1h4m"), "123034", "endtime must be greater than 5 minutes."),
    ("no such package", UPGRADE, upgrade(file="$nobody"), 404, NO_FILE),
    ("no such device", UPGRADE, upgrade('{"devices":["$nodevice"]}'), 404, NO_FILE),
    ("no such task", f"GET {OPERATIONS}/$nobody", None, 404, NO_TASK),
    ("has no jobs", f"GET {OPERATIONS}/$nobody/subOperations", None, 404, NO_TASK),
    ("pages of 0", f"GET {OPERATIONS}?pageSize=0", None, 400, PAGE_LIMIT),
    ("pages of 101", f"GET {OPERATIONS}?pageSize=101", None, 400, PAGE_LIMIT),
    ("page -1", f"GET {OPERATIONS}/$operation/subOperations?pageNo=-1", None, 400, PAGE_LIMIT),
    ("firmware", f"POST {OPERATIONS}/firmwareUpgrade", "{}", 501, error("190003", "This is not offered.", True)),
    ("the package is in use", f"DELETE {CATEGORY}/$file", None, 403,
     error("190009", "The package is not the application's to delete.")),
]

ENDS = [
    ("a group goes with an empty 200", f"DELETE {GROUPS_PATH}/$group?accessAppId=$app", None, 200, EMPTY),
    ("once", f"DELETE {GROUPS_PATH}/$group", None, 200, NO_GROUP),
    ("a device goes with a 204", f"DELETE {DM}/$pump?appId=$app&cascade=true", None, 204, NONE),
    ("once", f"DELETE {DM}/$pump", None, 404, NO_DEVICE),
    ("no such path", "GET /iocm/app/nothing", None, 404, error("190004", "There is nothing at this path.")),
    ("no such method", f"PATCH {DM}/$device", "{}", 405, error("190005", "The method is not allowed here.")),
]

ROWS = ACCESS + DEVICES + GROUPS + PACKAGES + SUBSCRIPTIONS + TASKS + ENDS
