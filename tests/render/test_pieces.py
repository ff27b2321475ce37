from vitallies.render.pieces import turn_pieces


def test_overlapping_spans_are_cut_at_every_boundary(analysis):
    first, second, third = turn_pieces(analysis)
    assert [(piece.text, [span.label for span in piece.spans], len(piece.ending)) for piece in first] == [
        ("We can't control ", ["VITAL_LIE"], 0),
        ("<b>churn", ["VITAL_LIE", "CUSTOMER_FOCUSED"], 1),
        ("</b> & that's", ["CUSTOMER_FOCUSED"], 1),
        (" that.", [], 0),
    ]
    assert [piece.text for piece in second] == ["Says who?", " 🙂 Ask them."]
    assert [(piece.text, piece.spans) for piece in third] == [("Fine.", ())], "candidates are not shown"


def test_pieces_make_up_the_turns(analysis):
    texts = ["".join(piece.text for piece in pieces) for pieces in turn_pieces(analysis)]
    assert texts == [turn.text for turn in analysis.transcript.turns]
