import json

from vitallies.transcripts import formats


def test_every_format_with_what_it_follows_or_unverified(invoke):
    code, out, _, _ = invoke("formats")
    assert code == 0
    blocks = out.replace("\n    ", "\t").splitlines()
    assert len(blocks) == len(formats())
    for block, item in zip(blocks, formats(), strict=True):
        first, description, *follows = block.split("\t")
        assert first.split() == [item.name, *item.suffixes]
        assert description == item.description
        assert follows == (list(item.follows) or ["unverified"])


def test_as_json(invoke):
    _, out, _, _ = invoke("formats", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["name"] for row in rows] == [item.name for item in formats()]
    assert all(list(row) == ["name", "suffixes", "description", "follows"] for row in rows)
    assert all(address.startswith("https://") for row in rows for address in row["follows"])
