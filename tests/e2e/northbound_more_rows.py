# SPDX-License-Identifier: Apache-2.0
"""More rows of the vendor's API, as in northbound_rows.py: commands, data of devices, and what somebody has to prepare."""

from northbound_rows import (ADD, CATEGORY, DM, EMPTY, INPUT, NO_DEVICE, NO_FILE, NONE, REG1, REG2, REMOVE, SUB2, UPGRADE, error,
                             subscribe, upgrade)

COMMANDS_PATH = "/iocm/app/cmd/v1.4.0/deviceCommands"
NO_COMMAND = error("190020", "The command does not exist.")
LIST_INPUT = error("100022", "The input is invalid.", True)


def wanted(device="$device", **more):
    extra = "".join(f',"{name}":{value}' for name, value in more.items())
    return f'{{"deviceId":"{device}","command":{{"serviceId":"Meter","method":"SET","paras":{{"value":12}}}}{extra}}}'


def command(name, status="PENDING", url='"$receiver"', expire=3600, retransmit=3):
    return ('{"commandId":"' + name + '","appId":"$app","deviceId":"$device","command":{"serviceId":"Meter","method":"SET",'
            '"paras":{"value":12}},"callbackUrl":' + url + ',"expireTime":' + str(expire) + ',"status":"' + status +
            '","result":null,"creationTime":"<time>","executeTime":null,"platformIssuedTime":null,"deliveredTime":null,'
            '"issuedTimes":0,"maxRetransmit":' + str(retransmit) + "}")


FIRST = wanted(callbackUrl='"$receiver"', expireTime=3600, maxRetransmit=3, unknown="{}")

COMMANDS = [
    ("a command waits for its device", f"POST {COMMANDS_PATH}", FIRST, 201, command("<hex24:command>")),
    ("in a list with both totals", f"GET {COMMANDS_PATH}?&deviceId=$device&startTime=20200101T000000Z&endTime=$in1h"
     "&pageNo=0&pageSize=1000", None, 200,
     '{"pageNo":0,"pageSize":1000,"totalCount":1,"totalSize":1,"data":[' + command("$command") + "]}"),
    ("none of another device", f"GET {COMMANDS_PATH}?deviceId=$nodevice", None, 200,
     '{"pageNo":0,"pageSize":1000,"totalCount":0,"totalSize":0,"data":[]}'),
    ("it can be canceled", f"PUT {COMMANDS_PATH}/$command", '{"status":"CANCELED"}', 200, command("$command", "CANCELED")),
    ("once", f"PUT {COMMANDS_PATH}/$command", '{"status":"CANCELED"}', 409,
     error("190021", "Only a pending command can be canceled.")),
    ("and nothing else", f"PUT {COMMANDS_PATH}/$command", '{"status":"SENT"}', 400, INPUT),
    ("a command of nobody", f"PUT {COMMANDS_PATH}/$nobody", '{"status":"CANCELED"}', 404, NO_COMMAND),
    ("an id that is none", f"PUT {COMMANDS_PATH}/x", '{"status":"CANCELED"}', 404, NO_COMMAND),
    ("null is absent", f"POST {COMMANDS_PATH}", wanted(callbackUrl="null", expireTime="null", maxRetransmit="null"), 201,
     command("<hex24>", url="null", expire=172800, retransmit=0)),
    *[("up to twenty", f"POST {COMMANDS_PATH}", wanted(callbackurl='"$receiver"', expireTime=3600, maxRetransmit=3), 201,
       command("<hex24>"))] * 19,
    ("are pending", f"POST {COMMANDS_PATH}", FIRST, 400,
     error("100223", "The number of pending commands reached upper limit.")),
    ("for a device of nobody", f"POST {COMMANDS_PATH}", wanted("$nodevice"), 404, NO_DEVICE),
    ("at a URL without a path", f"POST {COMMANDS_PATH}", wanted(callbackUrl='"http://h:80"'), 400,
     error("100222", "The request callbackurl is illegal.")),
    ("no command", f"POST {COMMANDS_PATH}", '{"deviceId":"$device"}', 400, INPUT),
    ("paras that are a text", f"POST {COMMANDS_PATH}", wanted().replace('{"value":12}', '"12"'), 400, INPUT),
    ("4 retransmissions", f"POST {COMMANDS_PATH}", wanted(maxRetransmit=4), 400, INPUT),
    ("no JSON", f"POST {COMMANDS_PATH}", "{", 400, error("100007", "Bad request message.", True)),
    ("0 a page", f"GET {COMMANDS_PATH}?pageSize=0", None, 400, LIST_INPUT),
    ("1001 a page", f"GET {COMMANDS_PATH}?pageSize=1001", None, 400, LIST_INPUT),
    ("a time that is none", f"GET {COMMANDS_PATH}?startTime=2026-01-01", None, 400, LIST_INPUT),
]

DATA = [
    *[(f"{kind} can be asked for", f"POST {SUB2}", subscribe(kind, key="callbackUrl"), 201,
       f'{{"subscriptionId":"<hex24>","notifyType":"{kind}","callbackUrl":"$receiver"}}')
      for kind in ("deviceDataChanged", "deviceDatasChanged")],
    ("what commands tell cannot", f"POST {SUB2}", subscribe("commandStatus"), 400,
     error("100228", "The application input is invalid.", True)),
    ("another channel cannot", f"POST {SUB2}",
     '{"notifyType":"deviceAdded","callbackUrl":"$receiver","channel":"MQTT"}', 400,
     error("100228", "The application input is invalid.", True)),
    ("without filters all go", f"DELETE {SUB2}", None, 204, NONE),
    ("and none is left", f"GET {SUB2}", None, 200,
     '{"pageNo":0,"pageSize":10,"totalCount":0,"totalSize":0,"subscriptions":[]}'),
]

# With $own, a package that an operator uploaded for the application, and $filtered, a group by a filter.
PREPARED = [
    ("a task with the application's package", UPGRADE, upgrade(file="$own"), 200, '{"operationId":"<hex24>"}'),
    ("keeps it", f"DELETE {CATEGORY}/$own", None, 409, error("190001", "The package is used by an unfinished task.")),
    ("a second one goes with an empty 200", f"DELETE {CATEGORY}/$spare", None, 200, EMPTY),
    ("once", f"DELETE {CATEGORY}/$spare", None, 404, NO_FILE),
    ("nobody is put into a group by a filter", f"POST {ADD}", '{"devGroupId":"$filtered","deviceIds":["$device"]}', 409,
     error("190010", "A filter says who is in the group.")),
    ("nor out of it", f"POST {REMOVE}", '{"devGroupId":"$filtered","deviceIds":["$device"]}', 409,
     error("190010", "A filter says who is in the group.")),
]

REGISTRATION = [
    ("a device that will come", f"POST {REG1}",
     '{"nodeId":"urn:imei:860000000000042","deviceInfo":{"manufacturerName":"Acme","deviceType":"WaterMeter","model":"W1"}}',
     200, '{"deviceId":"<uuid:device>","verifyCode":"urn:imei:860000000000042","timeout":0,"psk":null}'),
]
# With $device online.
ONLINE = [
    ("it was heard", f"GET {REG1}/$device", None, 200, '{"deviceId":"$device","activated":true,"name":""}'),
    ("as the other version says", f"GET {REG2}/$device", None, 200, '{"deviceId":"$device","activated":true,"name":""}'),
    ("it is shown as online", f"GET {DM}/$device", None, 200,
     '{"deviceId":"$device","gatewayId":"$device","nodeType":"ENDPOINT","createTime":"<time>","lastModifiedTime":"<time>",'
     '"deviceInfo":{"nodeId":"urn:imei:860000000000042","name":"","manufacturerId":"acme-id","manufacturerName":"Acme",'
     '"deviceType":"WaterMeter","model":"W1","protocolType":"LWM2M","swVersion":null,"fwVersion":null,"status":"ONLINE",'
     '"statusDetail":"NONE","signalStrength":null,"mute":null,"location":null,"region":null,"timezone":null,'
     '"organization":null,"imsi":null,"endUserId":null,"isSecurity":"FALSE","tags":null},"services":[]}'),
    ("its credentials stay as they are", f"PUT {REG1}/$device", '{"verifyCode":"4711"}', 400,
     error("100416", "The device has already been binded.")),
    ("its upgrade", UPGRADE, upgrade(), 200, '{"operationId":"<hex24:operation>"}'),
]
# With the upgrade under way.
UPGRADING = [
    ("it stays while it is upgraded", f"DELETE {DM}/$device", None, 409,
     error("190002", "An upgrade of the device is under way.")),
]

MORE_ROWS = COMMANDS + DATA + PREPARED + REGISTRATION + ONLINE + UPGRADING
