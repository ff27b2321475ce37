"""Archives: each member by itself, whatever the others are; nothing that is made to hurt."""

import gzip
import io
import struct
import tarfile
import zipfile
from dataclasses import replace

import pytest

from vitallies.errors import ManyTranscriptsError, MissingExtraError, TranscriptError
from vitallies.transcripts import read, read_all, scan, text
from vitallies.transcripts.registry import choose

TALK = b"Ana: We wait.\nBen: Why?\n"
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nAna: We wait.\n"


def zipped(**files):
    """The bytes of a zip file: of names, ``__`` for a slash and ``_`` for a dot, and contents."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(named(name), content)
    return raw.getvalue()


def tarred(*members):
    """The bytes of a tar file, of names and contents, or of `TarInfo` for what is no file."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            name, content = member
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return raw.getvalue()


def named(name):
    return name.replace("__", "/").replace("_", ".")


def link(name, kind):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def outcome(path, **rest):
    """The ids of transcripts and the codes and messages of errors, in order."""
    return [(item.code, item.message) if isinstance(item, TranscriptError) else item.id for item in scan(path, **rest)]


@pytest.fixture
def archive(tmp_path):
    def write(content, name="calls.zip"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("name", ["calls.zip", "calls.tgz", "calls.TAR.GZ", "calls.tar", "calls", "calls.bin"])
def test_archives_are_told_by_their_content_and_named_by_their_file(name, archive):
    members = [("b/call.one.vtt", VTT), ("a.txt", TALK), ("b/call.txt", TALK), ("b/call.vtt", VTT)]
    for content in (
        zipped(b__call_one_vtt=VTT, a_txt=TALK, b__call_txt=TALK, b__call_vtt=VTT),
        tarred(*members),
    ):
        for packed in (content, gzip.compress(content)):
            found = outcome(archive(packed, name))
            stem = "calls.bin" if name == "calls.bin" else "calls"
            assert found == [f"{stem}/a", f"{stem}/b/call.one", f"{stem}/b/call.txt", f"{stem}/b/call.vtt"]


def test_a_stream_and_an_id_of_the_callers(archive):
    content = zipped(a_txt=TALK)
    assert read(io.BytesIO(content)).id == "text/a"
    assert outcome(archive(content), id="team/calls") == ["team/calls/a"]


def test_the_one_transcript_of_an_archive_is_read_and_of_several_one_is_refused(archive):
    assert [turn.speaker for turn in read(archive(zipped(a_txt=TALK))).turns] == ["Ana", "Ben"]
    with pytest.raises(ManyTranscriptsError, match="read_all"):
        read(archive(zipped(a_txt=TALK, b_txt=TALK)))


def test_a_bad_member_is_an_error_that_names_it_and_the_others_come(archive):
    path = archive(
        zipped(a_json=b'{"turns": [\n1]}', b_txt=TALK, c_txt=b"", d_jsonl=b'{"turns": []}\n{oops}\n', e_txt=TALK)
    )
    first, second, third, fourth, fifth, sixth = scan(path)
    assert [item.id for item in (second, fourth, sixth)] == ["calls/b", "calls/d#1", "calls/e"]
    assert (first.code, first.path, first.line) == ("schema", str(path), None)
    assert first.message.startswith("a.json:")
    assert str(third).startswith(f"{path}: c.txt: is empty")
    assert fifth.message.startswith("d.jsonl:2: is not JSON")
    with pytest.raises(TranscriptError, match=r"a\.json"):
        next(read_all(path))


def test_warnings_name_the_member(archive):
    (found,) = scan(archive(zipped(a_txt=b"Ana: caf\xe9 and cr\xe8me.\nBen: Na\xefve, that.\n")))
    (doubt,) = found.meta["warnings"]
    assert doubt["message"].startswith("a.txt: is not UTF-8 and was read as")


def test_what_a_native_transcript_calls_warnings_and_skipped_stays(archive):
    native = b'{"turns": [{"text": "Hi."}], "warnings": "none", "skipped": 3}'
    (found,) = scan(archive(zipped(a_json=native, b_jpg=b"\xff\xd8")))
    assert found.meta == {"warnings": "none", "skipped": 3}


def test_names_that_lead_out_links_and_devices_are_refused_by_name(archive):
    members = [
        ("../up.txt", TALK),
        ("/etc/motd.txt", TALK),
        ("a/../../b.txt", TALK),
        ("ok.txt", TALK),
        link("link.txt", tarfile.SYMTYPE),
        link("hard.txt", tarfile.LNKTYPE),
        link("pipe.txt", tarfile.FIFOTYPE),
        link("disk.txt", tarfile.BLKTYPE),
    ]
    found = outcome(archive(tarred(*members), "calls.tar"))
    assert [item for item in found if isinstance(item, str)] == ["calls/ok"]
    refused = {item[1].split(":")[0]: item[0] for item in found if not isinstance(item, str)}
    names = [
        member[0] if isinstance(member, tuple) else member.name for member in members if member != ("ok.txt", TALK)
    ]
    assert refused == dict.fromkeys(names, "refused")


def test_names_of_windows_that_lead_out_and_a_link_in_a_zip(archive):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as file:
        for name in ("..\\up.txt", "C:\\calls\\a.txt", "team\\ok.txt"):
            file.writestr(name, TALK)
        info = zipfile.ZipInfo("z link.txt")
        info.external_attr = 0o120777 << 16
        file.writestr(info, "/etc/passwd")
    found = outcome(archive(raw.getvalue()))
    assert [item if isinstance(item, str) else (item[0], item[1].split(": ")[0]) for item in found] == [
        ("refused", "../up.txt"),
        ("refused", "C:/calls/a.txt"),
        "calls/team/ok",
        ("refused", "z link.txt"),
    ]


def test_an_encrypted_member_is_refused_by_name(archive):
    content = bytearray(zipped(a_txt=TALK, b_txt=TALK))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (code, message), other = outcome(archive(bytes(content)))
    assert (code, other) == ("refused", "calls/b")
    assert message.startswith("a.txt: is encrypted")


@pytest.mark.parametrize("inner", ["zip", "tar", "tar.gz", "zip.gz", "gz.gz"])
def test_an_archive_within_an_archive_is_refused_by_name_whatever_it_is_called(inner, archive):
    content = tarred(("x.txt", TALK)) if inner.startswith("tar") else TALK if inner == "gz.gz" else zipped(x_txt=TALK)
    content = gzip.compress(content) if ".gz" in inner else content
    content = gzip.compress(content) if inner == "gz.gz" else content
    (code, message), other = outcome(archive(zipped(a_zip=content, b_txt=TALK)))
    assert (code, message.split(":")[0], other) == ("refused", "a.zip", "calls/b")
    (code, message), other = outcome(archive(zipped(a_txt=content, b_txt=TALK)))
    assert (code, message.split(":")[0], other) == ("refused", "a.txt", "calls/b")


def test_bombs_stop_at_the_limit_whatever_their_header_says(archive, monkeypatch):
    bomb = b"Ana: " + b"a" * 5_000_000
    content = zipped(a_txt=TALK, b_txt=bomb, c_txt=TALK)
    assert len(content) < 10_000
    first, (code, message) = outcome(archive(content), max_size=1_000_000)
    assert (first, code) == ("calls/a", "too-large")
    assert message.startswith("b.txt: ")
    assert "--max-size" in message
    lying = content.replace(struct.pack("<L", len(bomb)), struct.pack("<L", 100))
    assert lying != content
    found = outcome(archive(lying), max_size=1_000_000)
    assert found[0] == "calls/a"
    assert found[1][0] in ("too-large", "archive")
    packed = zipped(a_txt_gz=gzip.compress(bomb))
    assert [code for code, _ in outcome(archive(packed), max_size=1_000_000)] == ["too-large"]


def test_the_limit_is_of_all_members_together(archive):
    members = {f"{number}_txt": TALK for number in range(10)}
    assert len(outcome(archive(zipped(**members)), max_size=2000)) == 10
    path = archive(zipped(**dict.fromkeys(members, TALK * 40)))
    assert len(TALK * 40) * 3 < 3000 < len(TALK * 40) * 4
    found = outcome(path, max_size=3000)
    assert [item if isinstance(item, str) else item[0] for item in found] == [
        "calls/0",
        "calls/1",
        "calls/2",
        "too-large",
    ]


@pytest.mark.parametrize(
    "content", [zipped(a_txt=TALK, b_txt=TALK), tarred(("a.txt", TALK), ("b.txt", TALK))], ids=["zip", "tar"]
)
def test_an_archive_cut_anywhere_gives_transcripts_or_errors_and_a_cut_tar_says_so(content, archive):
    for end in range(1, len(content), 97):
        found = list(scan(archive(content[:end], "calls")))
        assert found
        if end > 512 and len(content) > 2048 and end < 2048:
            errors = [item for item in found if isinstance(item, TranscriptError)]
            doubts = [item for item in found if not isinstance(item, TranscriptError) and "warnings" in item.meta]
            assert errors or doubts


def test_a_tar_with_a_bad_header_in_the_middle_says_that_more_may_follow(archive):
    content = bytearray(tarred(("a.txt", TALK), ("b.txt", TALK)))
    content[1024:1100] = b"x" * 76
    (found,) = scan(archive(bytes(content), "calls.tar"))
    assert [doubt["code"] for doubt in found.meta["warnings"]] == ["archive-cut-off"]


def test_a_member_with_a_wrong_checksum_or_an_unknown_compression(archive):
    content = bytearray(zipped(a_txt=TALK, b_txt=TALK))
    content[content.index(b"PK\x01\x02") + 16] ^= 0xFF
    (code, message), other = outcome(archive(bytes(content)))
    assert (code, other, "a.txt: cannot be unpacked (Bad CRC" in message) == ("archive", "calls/b", True)
    content = bytearray(zipped(a_txt=TALK, b_txt=TALK))
    content[8] = content[content.index(b"PK\x01\x02") + 10] = 97
    (code, message), other = outcome(archive(bytes(content)))
    assert (code, other, message.split(":")[0]) == ("archive", "calls/b", "a.txt")


def test_an_archive_without_transcripts(archive):
    for content in (zipped(), zipped(a_jpg=b"\xff\xd8"), zipped(MACOSX___a_txt=TALK)):
        with pytest.raises(TranscriptError, match="do not look like transcripts") as raised:
            read(archive(content))
        assert raised.value.code == "empty"


def test_more_entries_than_anybody_packs(archive, monkeypatch):
    monkeypatch.setattr("vitallies.transcripts.archives._MOST_ENTRIES", 2)
    (error,) = scan(archive(zipped(a_txt=TALK, b_txt=TALK, c_txt=TALK)))
    assert (error.code, "more than 2 entries" in error.message) == ("archive", True)


def test_a_reader_that_wants_an_extra_does_not_hide_the_others(archive, monkeypatch):
    def missing(source):
        raise MissingExtraError("Reading this", "readers")

    def chosen(source, name):
        return choose(source, name) if source.name != "a.txt" else replace(text.FORMAT, read=missing)

    monkeypatch.setattr("vitallies.transcripts.registry.choose", chosen)
    (code, message), other = outcome(archive(zipped(a_txt=TALK, b_txt=TALK)))
    assert (code, other) == ("missing-extra", "calls/b")
    assert "pip install 'vitallies[readers]'" in message
