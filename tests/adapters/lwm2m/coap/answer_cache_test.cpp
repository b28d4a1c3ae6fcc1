// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/answer_cache.hpp"

#include "tests/adapters/lwm2m/coap/conversation.hpp"

#include <map>

namespace cellwise::lwm2m::coap {
namespace {

class CoapAnswerCache : public testing::Test {
 protected:
    static AnswerCache::Key key(unsigned number, std::uint16_t id, std::string_view datagram = "datagram") {
        return {.peer = number, .id = id, .digest = AnswerCache::digest_of(as_bytes(datagram))};
    }
    std::optional<std::string> found(const AnswerCache::Key& of) const {
        const std::optional<ByteView> answer = cache.find(of, now);
        return answer ? std::optional<std::string>(as_text(*answer)) : std::nullopt;
    }

    Timestamp now = from_unix_ms(0);
    AnswerCache cache{8, 100, 42};
};

TEST_F(CoapAnswerCache, GivesTheAnswerOfTheSameMessageOnly) {
    cache.remember(key(1, 7), as_bytes("yes"), now);
    EXPECT_EQ(found(key(1, 7)), "yes");
    EXPECT_EQ(found(key(1, 8)), std::nullopt);
    EXPECT_EQ(found(key(2, 7)), std::nullopt);
    EXPECT_EQ(found(key(1, 7, "other bytes")), std::nullopt);
}

TEST_F(CoapAnswerCache, KeepsThePeersApartThatHadAPlaceOneAfterTheOther) {
    AnswerCache::Key next = key(1, 7);
    ++next.life;
    cache.remember(key(1, 7), as_bytes("yes"), now);
    EXPECT_EQ(found(next), std::nullopt);
    cache.remember(next, as_bytes("no"), now);
    EXPECT_EQ(found(key(1, 7)), "yes");
    EXPECT_EQ(found(next), "no");
}

TEST_F(CoapAnswerCache, RemembersThatThereWasNoAnswer) {
    cache.remember(key(1, 7), {}, now);
    EXPECT_EQ(found(key(1, 7)), "");
}

TEST_F(CoapAnswerCache, ForgetsAfterTheExchangeLifetime) {
    cache.remember(key(1, 7), as_bytes("yes"), now);
    now += AnswerCache::kLifetime - Duration{1};
    EXPECT_EQ(found(key(1, 7)), "yes");
    now += Duration{1};
    EXPECT_EQ(found(key(1, 7)), std::nullopt);
}

TEST_F(CoapAnswerCache, ANewMessageTakesTheIdOver) {
    cache.remember(key(1, 7, "old"), as_bytes("old"), now);
    cache.remember(key(1, 7, "new"), as_bytes("new"), now);
    EXPECT_EQ(found(key(1, 7, "old")), std::nullopt);
    EXPECT_EQ(found(key(1, 7, "new")), "new");
    for (std::uint16_t id = 100; id < 107; ++id) cache.remember(key(1, id), {}, now);  // the old one falls out
    EXPECT_EQ(found(key(1, 7, "new")), "new");
}

TEST_F(CoapAnswerCache, ForgetsTheOldestWhenFull) {
    for (std::uint16_t id = 0; id < 9; ++id) cache.remember(key(1, id), as_bytes("x"), now);
    EXPECT_EQ(found(key(1, 0)), std::nullopt);
    EXPECT_EQ(found(key(1, 1)), "x");
}

TEST_F(CoapAnswerCache, ForgetsTheOldestWhenItsBytesAreNeeded) {
    const std::string forty(40, 'a'), thirty(30, 'b');
    cache.remember(key(1, 0), as_bytes(forty), now);
    cache.remember(key(1, 1), as_bytes(forty), now);
    cache.remember(key(1, 2), as_bytes(thirty), now);  // past the end: starts again at the front
    EXPECT_EQ(found(key(1, 0)), std::nullopt);
    EXPECT_EQ(found(key(1, 1)), forty);
    EXPECT_EQ(found(key(1, 2)), thirty);
}

TEST_F(CoapAnswerCache, KeepsNoAnswerThatIsLargerThanAllItsRoom) {
    cache.remember(key(1, 0), Bytes(101, 1), now);
    EXPECT_EQ(found(key(1, 0)), "");
    cache.remember(key(1, 1), Bytes(100, 'z'), now);
    EXPECT_EQ(found(key(1, 1)), std::string(100, 'z'));
}

TEST_F(CoapAnswerCache, NeverGivesAnAnswerThatWasNotItsOwn) {
    std::map<std::pair<unsigned, std::uint16_t>, std::string> truth;
    Dice dice(5);
    int hits = 0;
    for (int step = 0; step < 100'000; ++step) {
        const unsigned number = dice.below(3);
        const auto id = static_cast<std::uint16_t>(dice.below(8));
        const std::optional<std::string> answer = found(key(number, id));
        if (answer) {
            ++hits;
            ASSERT_EQ(*answer, (truth[{number, id}])) << step;
        }
        const std::string next(dice.below(60), static_cast<char>('a' + dice.below(26)));
        truth[{number, id}] = next;
        cache.remember(key(number, id), as_bytes(next), now);
        ASSERT_EQ(found(key(number, id)), next) << step;
    }
    EXPECT_GT(hits, 1'000);
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
