"""What a belief is about, recognised by rules over its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.insights.clauses import clause
from vitallies.insights.topic import shapes
from vitallies.insights.verbs import base_of, base_of_gerund, gerund, with_ed, with_s
from vitallies.insights.wording import spoken, written

WORDS = [
    "we",
    "they",
    "nobody",
    "can",
    "is",
    "not",
    "the",
    "a",
    "shed",
    "move",
    "to",
    "no",
    "way",
    ",",
    "if",
    "so",
    "it's",
]

# Cleaning


@pytest.mark.parametrize(
    ("said", "cleaned"),
    [
        ("um we we can't, uh, move the the van", ["we cannot move the van"]),
        ("no one of the growers waters", ["none of the growers waters"]),
        ("th this shed is, you know, too small", ["this shed is too small"]),
        ("w wo would they come", ["would they come"]),
        ("it's in the lease. And that's that", ["it's in the lease", "And that's that"]),
        ("no one's gonna ring", ["nobody's going to ring"]),
        ("i dont think they'll wait", ["I do not think they will wait"]),
        ("a one-size-fits-all form", ["a one-size-fits-all form"]),
        ("we gotta ask and they wanna know", ["we have to ask and they want to know"]),
        ("there's kind of no room for any kind of trolley", ["there's no room for any kind of trolley"]),
        ("the tide, in practice, decides", ["the tide decides"]),
        ("we can't, we can't paint it", ["we cannot paint it"]),
        ("it's just an old, uh, it's just an old, um, old shed", ["it's just an old shed"]),
        ("we don't have a we don't have soil", ["we do not have soil"]),
        ("and the in the end it rains", ["and in the end it rains"]),
        ("a re-used co-op shed", ["a re-used co-op shed"]),
        ("he draws with an hb", ["he draws with an hb"]),
        ("printers print", ["printers print"]),
        ("the rent we, is a matter of taste", ["the rent is a matter of taste"]),
        ("the lamp is uh makes it warmer", ["the lamp makes it warmer"]),
        # what is put right
        ("we can't find any um find some soil", ["we cannot find some soil"]),
        ("the gardens that we weren't didn't want", ["the gardens that we did not want"]),
        ("the shed is uh has a leak", ["the shed has a leak"]),
        ("what it is has changed", ["what it is has changed"]),
        ("the our shed leaks", ["our shed leaks"]),
        ("we we t this is so wet", ["this is so wet"]),
        ("have they a shed", ["have they a shed"]),
        ("all the difference different sheds", ["all the different sheds"]),
        ("we develop developers", ["we develop developers"]),
        ("we need to have like the tools", ["we need to have the tools"]),
        ("it's like the tools", ["it's like the tools"]),
        ("nothing wrong wi' the lid o' the tin", ["nothing wrong with the lid of the tin"]),
        ("the gardeners' shed", ["the gardeners' shed"]),
        ('they say "more plums, please"', ["they say", "more plums, please"]),
        ("", []),
        ("uh, um", []),
    ],
)
def test_speech_is_cleaned(said, cleaned):
    assert [written(words) for words in spoken(said)] == cleaned


# Verbs


@pytest.mark.parametrize(
    ("base", "third", "past", "ing"),
    [
        ("move", "moves", "moved", "moving"),
        ("set", "sets", "set", "setting"),
        ("carry", "carries", "carried", "carrying"),
        ("go", "goes", "went", "going"),
        ("die", "dies", "died", "dying"),
        ("be", "bes", "was", "being"),
        ("stop", "stops", "stopped", "stopping"),
        ("agree", "agrees", "agreed", "agreeing"),
        ("play", "plays", "played", "playing"),
        ("have", "has", "had", "having"),
    ],
)
def test_forms_of_verbs(base, third, past, ing):
    assert (with_s(base), with_ed(base), gerund(base), base_of_gerund(ing)) == (third, past, ing, base)
    assert base == "be" or base_of(third) == base


def test_a_noun_in_ing_is_no_gerund():
    assert base_of_gerund("evening") == base_of_gerund("thing") == ""


# Clauses


@pytest.mark.parametrize(
    ("said", "subject", "verb", "rest", "negated"),
    [
        ("but we can't move the shed", "we", "move", "the shed", True),
        ("Nobody in the yard reads it", "Nobody in the yard", "read", "it", True),
        ("the people who ring us are never at home", "the people who ring us", "be", "at home", True),
        ("I don't think that the ferry will wait", "the ferry", "wait", "", True),
        ("I think the ferry will wait", "the ferry", "wait", "", False),
        ("anything we post gets lost", None, None, None, None),
        ("in June they hardly come", "they", "come", "", True),
        ("is that not the landlord's job", None, None, None, None),
        ("who's gonna pay for it", "nobody", "pay", "for it", True),
        ("how are we supposed to lift it", "we", "lift", "it", True),
        ("the swans have always come back", "the swans", "have", "come back", False),
        ("we know who's coming", "we", "know", "who's coming", False),
        ("under the stairs", None, None, None, None),
        ("they is gone", None, None, None, None),
    ],
)
def test_a_clause_is_taken_apart(said, subject, verb, rest, negated):
    found = clause(spoken(said)[0])
    if verb is None:
        assert found is None
    else:
        assert found is not None
        assert (written(found.subject), found.verb, written(found.rest)) == (subject, verb, rest)
        assert found.negated is negated


# Shapes


@pytest.mark.parametrize(
    ("belief", "shape", "slots"),
    [
        # what is said to be impossible
        ("we can't move the open day", "action", {"do": "move the open day", "doing": "moving the open day"}),
        ("it's just not possible for us to ring everybody back", "action", {"do": "ring everybody back"}),
        ("there's no way to reach them", "action", {"do": "reach them"}),
        ("I don't think we can ever get any volunteers", "action", {"do": "get some volunteers"}),
        ("we're not allowed to open the gate", "action", {"do": "open the gate"}),
        ("there's nothing we can do about the noise", "action", {"do": "do something about the noise"}),
        ("I can't change my rota because it's printed", "action", {"do": "change your rota"}),
        ("we can't force tenants to answer", "action", {"do": "encourage tenants to answer"}),
        ("how can we heat the hall", "action", {"doing": "heating the hall"}),
        # what is said to be needless
        ("we don't need to ask the parents", "worth", {"do": "ask the parents"}),
        ("it's not worth painting the fence", "worth", {"do": "paint the fence", "doing": "painting the fence"}),
        ("why bother with a survey", "worth", {"do": "bother with a survey"}),
        ("there's no point in calling them", "worth", {"do": "call them"}),
        ("we don't need a second till", "needless", {"thing": "a second till"}),
        ("it's not useful to have a second till", "worth", {"do": "have a second till"}),
        ("there's nothing, as a yard, we can do about the noise", "action", {"do": "do something about the noise"}),
        ("we don't have the time to redesign the yard", "action", {"do": "redesign the yard"}),
        # means
        ("we just don't have the budget for it", "lack", {"lack": "the budget for it"}),
        ("I've no say over the menu", "lack", {"lack": "any say over the menu"}),
        ("we don't have time to train them", "action", {"do": "train them"}),
        # owners
        ("that's head office's call, not ours", "owner", {"owner": "head office"}),
        ("it's up to the landlord", "owner", {"owner": "the landlord"}),
        # a past try
        ("we tried evening classes", "tried", {"tried": "evening classes"}),
        ("we've tried that", "tried", {"tried": "that"}),
        # denials about others
        ("nobody reads the notice board", "open", {"who": "somebody", "do": "read the notice board"}),
        ("They won't wait any more", "open", {"who": "they", "whom": "them", "do": "wait"}),
        ("the swings aren't ever used", "open", {"who": "the swings", "do": "be used"}),
        ("oak is way too expensive", "open", {"who": "oak", "do": "be affordable"}),
        ("there's no leak", "open", {"whom": "there", "do": "be a leak"}),
        ("that won't be a problem at all", "is", {"who": "this", "do": "be a problem"}),
        ("no porter would carry that", "open", {"who": "some porter", "do": "carry that"}),
        ("I can't see anybody buying a wooden bike", "open", {"who": "somebody", "do": "buy a wooden bike"}),
        ("nobody's ringing the bell", "open", {"who": "somebody", "do": "ring the bell"}),
        ("I don't think they're going to be going back", "open", {"who": "they", "do": "go back"}),
        ("the swings aren't used that much", "open", {"do": "be used more"}),
        ("nobody buys a lamp just for the shed", "open", {"do": "buy a lamp just for the shed"}),
        # generalities
        ("Gardeners only care about rain", "except", {"but": "gardeners might not only care about rain"}),
        ("everyone wants the window seat", "except", {"but": "not everyone might want the window seat"}),
        ("they always order late", "except", {"but": "they might not always order late"}),
        ("then they'll sulk all week", "outcome", {"whom": "them", "do": "sulk all week"}),
        ("they'll lock us in", "except", {"but": "they might not lock you in"}),
        ("the ferry will stop in March", "except", {"but": "the ferry might not stop in March"}),
        # conditions, places and times that carry the point
        (
            "it's not impossible to sit here, if they are tall",
            "whether",
            {"whether": "it's impossible to sit here if they are tall"},
        ),
        (
            "we can't paint it when it rains",
            "action",
            {"do": "paint it when it rains", "doing": "painting it when it rains"},
        ),
        ("in August there is no ferry to the island", "claim", {"claim": "there is no ferry to the island in August"}),
        ("nobody will ring us because of the lamps", "rule", {"claim": "nobody will ring you because of the lamps"}),
        # some and a
        ("there's no driver for this", "open", {"do": "be a driver for this"}),
        ("there's no time for this", "open", {"do": "be some time for this"}),
        ("there are no tents here", "open", {"do": "be some tents here"}),
        # the belief itself
        ("there's people who've never seen it yet", "claim", {"claim": "there's people who have never seen it yet"}),
        ("don't worry about the lid", "urged", {"quote": "don't worry about the lid"}),
        ("it's our busiest week", "claim", {"claim": "it's your busiest week"}),
        ("I was told on Monday", "claim", {"claim": "you were told on Monday"}),
        ("if they ring, it's a matter of plain luck", "quote", {"quote": "if they ring, it's a matter of plain luck"}),
        ("he doesn't mind", "whether", {"whether": "he minds"}),
        ("he didn't leave because of the soup", "whether", {"whether": "he left because of the soup"}),
        ("they didn't notice the smell", "whether", {"whether": "they noticed the smell"}),
        ("it's no big deal", "whether", {"whether": "it's a big deal"}),
        ("it's just a puddle", "whether", {"whether": "it's just a puddle"}),
        ("we know how they bake", "claim", {"claim": "you know how they bake"}),
        ("nobody has complained", "whether", {"whether": "anybody has complained"}),
        ("our drivers are the best", "own", {"whether": "your drivers are the best"}),
        # fragments
        ("with the old boiler", "thing", {"thing": "the old boiler"}),
        ("what", "quote", {"quote": "what"}),
        # what must be read strictly
        ("it's not that big of a deal", "is", {"do": "be a big deal"}),
        ("we can't spend as much on paint", "action", {"do": "spend more on paint"}),
        ("we can't make it because of the ferry", "action", {"do": "make it"}),
        (
            "if the tenants trust you, you can't pay them",
            "quote",
            {"quote": "if the tenants trust you, you can't pay them"},
        ),
        # clauses without a mark between them
        ("we can't paint the gate its metal", "action", {"do": "paint the gate"}),
        (
            "the yard won't lend us the long ladder they'll lend us a short one",
            "open",
            {"do": "lend you the long ladder"},
        ),
        ("soup is fine they will eat it", "quote", {"quote": "soup is fine"}),
        ("that wasn't us that was the painters", "quote", {"quote": "that wasn't us that was the painters"}),
        ("they won't sign it they never sign", "open", {"do": "sign it"}),
        ("a swan won't complain she'll just go", "quote", {"quote": "a swan will not complain"}),
        ("we can't open the gate thats council", "quote", {"quote": "we can't open the gate thats council"}),
        ("we'd have heard it", "quote", {"quote": "we'd have heard it"}),
        ("it's not worth our while", "claim", {"claim": "it's not worth your while"}),
        ("they came for the cake and nothing else", "rule", {"claim": "they came for the cake and nothing else"}),
        ("nobody got hurt", "spared", {"claim": "nobody got hurt"}),
        ("she mows the lawn I just cut it", "quote", {"quote": "she mows the lawn"}),
        ("that we can't change", "quote", {"quote": "that we cannot change"}),
        ("nobody reads the sign so why bother", "open", {"do": "read the sign"}),
        ("nobody's drowned", "spared", {"claim": "nobody's drowned"}),
        ("the lamps were Ida's, though, that was a gift", "quote", {"quote": "the lamps were Ida's, that was a gift"}),
        ("it's the landlord we rang them", "quote", {"quote": "it's the landlord"}),
        ("we can't lift it off the chain is stuck", "quote", {"quote": "we cannot lift it off"}),
        ("the ladder is theirs that rack is empty", "claim", {"claim": "the ladder is theirs"}),
        ("it's the ladder they need", "claim", {"claim": "it's the ladder they need"}),
        ("it's the form they give us", "quote", {"quote": "it's the form they give us"}),
        ("the pond is clean, it was dredged by, it was dredged", "quote", {"quote": "the pond is clean"}),
        ("they never look where the label says", "quote", {"quote": "they never look where the label says"}),
        (
            "it's not as clean as we'd like, but it um swims",
            "quote",
            {"quote": "it's not as clean as we'd like, but it swims"},
        ),
        ("I can't carry them home can I", "action", {"do": "carry them home"}),
        ("there's no time to do it", "quote", {"quote": "there's no time to do it"}),
        ("that we can't mend here", "quote", {"quote": "that we cannot mend here"}),
        ("swimmers don't drown", "harmless", {"claim": "swimmers do not drown"}),
        # what is no part of the clause
        ("there is no bus today what to do", "claim", {"claim": "there is no bus today"}),
        ("they can't tell us what to do", "open", {"do": "tell you what to do"}),
        ("we can't mend it sir", "action", {"do": "mend it"}),
        # names and compounds
        ("it's the best on the US market", "claim", {"claim": "it's the best on the US market"}),
        ("every class has no-shows", "claim", {"claim": "every class has no-shows"}),
        ("its not our roof", "claim", {"claim": "it's not your roof"}),
        ("theyre late every week", "claim", {"claim": "they are late every week"}),
        # what nobody does or did
        ("nobody's sitting there now", "spared", {"claim": "nobody's sitting there now"}),
        ("nobody complained", "spared", {"claim": "nobody complained"}),
        ("nobody's moved them since June", "claim", {"claim": "nobody's moved them since June"}),
        # what others have in mind
        ("I doubt whether we can heat the hall", "action", {"do": "heat the hall"}),
    ],
)
def test_a_shape_is_recognised(belief, shape, slots):
    found = shapes(belief)
    assert shape in found
    assert {name: found[shape][name] for name in slots} == slots


@pytest.mark.parametrize(
    ("belief", "shape"),
    [
        ("we can't go on ignoring the roof", "action"),  # going on is not to be asked for
        ("that's not our job", "open"),  # nor whose job it is
        ("we can't make a meal of it", "action"),  # nor what may be a manner of speaking
        ("we can't tell the tenants every time what they owe", "action"),
        ("if there's no bell they won't ring", "open"),  # the bell matters
        ("payroll won't tell you", "open"),  # "you" may be somebody else
        ("payroll won't tell you", "claim"),
        ("you're not going to sit on that", "open"),
        ("every class has no shows", "open"),  # some shows?
        ("nobody's moved them since June", "open"),
        ("all of them they bring when the roof is wet", "rule"),  # what they bring stands in front
        ("we can't open the gate thats council", "action"),
        ("we can't make her", "action"),
        ("we'd have heard it", "whether"),
        ("what odds does it make", "claim"),
        ("gardeners who like it already have it", "except"),
        ("that we can't change", "claim"),
        ("the tenants don't mind waiting", "open"),
        ("you show them a ladder and they run", "except"),
        ("that can't have been us", "whether"),
        ("it's not a leak that's upstairs", "claim"),  # one clause or two?
        ("I doubt if in the middle of June, we could do more", "claim"),  # if what?
        ("it's not just an excuse", "open"),  # nor who is to blame
        ("I don't feel worried", "open"),  # what the speaker feels is no outsider's to question
        ("I don't feel worried", "whether"),
        ("you can have my desk", "claim"),  # who "you" is would be unclear
        ("there's nothing", "open"),  # too little to ask about
        ("we can't do anything", "action"),
        ("he'll say no", "open"),  # that's what he says, no denial
        ("nobody uses — my aunt, perhaps", "open"),  # uses what?
        ("the best forecast can never predict, certainly not rain", "open"),
        ("it doesn't seem to be a lot of tenants", "whether"),
        ("we can't all fairly judge a cake", "action"),
        ("we don't need to repaint in a big way this shed", "worth"),
        ("that's not for us to dictate", "open"),
        ("we don't need 40% of the beds", "needless"),
        ("there's no gantry for this", "open"),  # some gantry, or a gantry?
        ("there's people who never saw it", "rule"),  # no exceptions to that
        ("the ferry will stop in March", "rule"),
        ("there's no bus to the island", "open"),  # some bus?
        ("nobody will ring us because of the lamps", "open"),  # it may be the lamps that are denied
        ("there isn't an offer you could make", "open"),  # "you" may be whom the speaker speaks to
        ("I've been on time every day except when it rained", "claim"),
        ("I've always felt I should only keep the plums that I think are ripe", "claim"),
        ("a roof that's not as leaky as the neighbours are saying", "claim"),
        ("we have no evidence of a leak", "whether"),
        ("those were samples", "whether"),
        # what the speaker knows, what is so by the words alone, and what loses its point
        ("our shed has a window", "whether"),
        ("we have a ladder", "whether"),
        ("there's the one bench", "whether"),
        ("she hasn't got a ladder", "whether"),
        ("she hasn't got a ladder", "open"),
        ("a plum is a plum", "whether"),
        ("rarely, a swan will bite", "whether"),
        ("rarely, a swan will bite", "claim"),
        ("the porter shouldn't be singing", "open"),  # he may well sing
        ("anybody could bake that", "rule"),  # no exceptions to what is possible
        ("it's where the path ends", "claim"),
        ("I had two of those", "claim"),
        ("that's a funny thing", "owner"),
    ],
)
def test_what_would_mislead_is_left_alone(belief, shape):
    assert shape not in shapes(belief)


def test_what_follows_but_counts_before_what_it_qualifies():
    assert shapes("it's ugly, but it's by far the cheapest")["claim"] == {"claim": "it's by far the cheapest"}


def test_a_long_phrase_is_not_filled_into_a_form():
    long = "we can't move the blue bench from the pond to the gate by the lane before noon"
    assert "action" not in shapes(long)
    assert "action" in shapes("we can't move the blue bench from the pond")


@given(st.lists(st.sampled_from(WORDS)))
def test_any_words_have_a_shape(words):
    found = shapes(" ".join(words))
    assert found["quote"]["quote"]
    assert all(slot.strip() == slot != "" for slots in found.values() for slot in slots.values())


def test_nested_hedges_take_no_long_time():
    """Each "I think that" is tried once: trying both readings of "that" would double the work at every one."""
    assert shapes("I think that we know that " * 20 + "perhaps")["quote"]
