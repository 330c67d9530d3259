"""Two standards that nobody uses, in YAML alone, and data that keeps or breaks them."""

LINES = """\
annostd: 1
id: marks-by-picture
version: "1.0.0"
status: draft
title: Marks by picture
publisher: a harbour
domain: vision
licence: CC0-1.0
doc: One text file a picture, one mark a line; the first word says what the line is.
sources:
  manual:
    {title: The harbour's manual, url: "https://harbour.example/manual", retrieved: "2026-11-24"}
use: [boxes, identity]
conventions:
  image: {unit: pixel, origin: 0, ends: inclusive, decimals: 0}
files:
  classes: {path: classes.txt, carrier: lines, clause: manual}
  marks:   {path: "marks/{stem}.mrk", carrier: lines, blanks: any, clause: manual}
  picture: {path: "pictures/{media.path}", carrier: image, of: media, missing: fine}
tables:
  category:
    from: classes
    text: "{number} {name*}"
    columns:
      number: {key: true, required: true, minimum: 100, generate: "10{n}", clause: manual}
      name:   {required: true, clause: manual}
  media:
    from: marks
    text: "PICTURE {path} {width} {height}"
    set: {kind: image}
    columns:
      name:   {at: "{stem}", key: true, required: true}
      path:   {required: true, clause: manual}
      width:  {required: true, minimum: 1}
      height: {required: true, minimum: 1}
  annotation:
    from: marks
    text: "BOX {category} {x1} {y1} {x2} {y2} {hard}[ @{score}]"
    set: {shape: box}
    columns:
      media:     {at: "{stem}", refers: media.name, required: true}
      category:  {type: integer, refers: category.number, required: true, clause: manual}
      box:
        at: [x1, y1, x2, y2]
        form: "x1 y1 x2 y2"
        required: true
        derive: bounds(shape)
        clause: manual
      difficult:
        {at: hard, values: {"+": true, "-": false}, required: true, generate: "false"}
      score:     {minimum: 0, maximum: 1}
rules:
  mark-in-corner:
    level: MAY
    class: geometry
    for: annotation
    require: box.x1 > 0 or box.y1 > 0
    message: "the box starts in the corner, expected further inside"
    why: The harbour's camera has a date in the corner.
    clause: manual
    examples:
      pass: [{set: {"annotation[0].box": [1, 0, 4, 4]}}]
      fail: [{set: {"annotation[0].box": [0, 0, 4, 4]}}]
  box-degenerate:
    examples:
      pass: [{set: {"annotation[0].box": [5, 7, 5, 7]}}]
      fail: [{set: {"annotation[0].box": [5, 7, 4, 9]}}]
  box-outside-media:
    examples:
      pass: [{set: {"annotation[0].box": [1, 0, 63, 47]}}]
      fail: [{set: {"annotation[0].box": [1, 0, 64, 47]}}]
  category-name-twice:
    examples:
      pass: [{add: {category: {number: 109, name: rowing boat}}}]
      fail: [{add: {category: {number: 109, name: boat}}}]
examples:
  base:
    category: [{number: 101, name: boat}, {number: 102, name: buoy}]
    media: [{name: a, path: a.png, width: 64, height: 48}]
    annotation:
      - {media: a, category: 101, shape: box, box: [5, 7, 24, 16], difficult: false, score: 0.5}
changes: [{version: "1.0.0", date: "2026-11-24", notes: [first version]}]
"""

NESTED = """\
annostd: 1
id: nested-shots
version: "1.0.0"
status: draft
title: Nested shots
publisher: a reef
domain: vision
licence: CC0-1.0
doc: One JSON file; things stand inside their shot, and traits inside their thing.
sources:
  wiki: {title: The reef's wiki, url: "https://reef.example/wiki", retrieved: "2026-11-24"}
use: [boxes, polygons, identity]
conventions:
  image: {unit: pixel, origin: 0, ends: exclusive}
files:
  shots:   {path: shots.json, carrier: json, clause: wiki}
  picture: {path: "{media.path}", carrier: image, of: media, missing: fine}
tables:
  category:
    from: shots
    rows: "/labels/{number}"
    required: true
    columns:
      number:
        {at: "{number}", key: true, required: true, minimum: 0, generate: "{n0}", clause: wiki}
      name:   {at: ., required: true, clause: wiki}
  media:
    from: shots
    rows: /shots/*
    required: true
    set: {kind: image}
    columns:
      path:    {at: file, key: true, required: true, clause: wiki}
      width:   {at: size/0, required: true, minimum: 1}
      height:  {at: size/1, required: true, minimum: 1}
      weather: {type: string, values: [calm, rough]}
  annotation:
    in: media
    rows: things/*
    columns:
      id:       {at: uid, required: true, key: true, generate: "{n}", clause: wiki}
      category: {at: label, type: integer, refers: category.number, required: true, clause: wiki}
      score:    {minimum: 0, maximum: 1}
    variants:
      rectangle:
        where: {kind: rectangle}
        set: {shape: box}
        columns:
          {box: {at: at, form: "cx cy w h", required: true, derive: bounds(shape), clause: wiki}}
      ring:
        where: {kind: ring}
        set: {shape: polygon}
        columns:
          {polygons: {at: at, form: flat, required: true, derive: outline(shape), clause: wiki}}
  attribute:
    in: annotation
    rows: "traits/{name}"
    columns:
      name:  {at: "{name}"}
      value: {at: .}
rules:
  box-degenerate:
    examples:
      pass: [{set: {"annotation[0].box": [10, 10, 0.5, 0.5]}}]
      fail: [{set: {"annotation[0].box": [10, 10, 0, 5]}}]
  box-outside-media:
    examples:
      pass: [{set: {"annotation[0].box": [32, 24, 64, 48]}}]
      fail: [{set: {"annotation[0].box": [33, 24, 64, 48]}}]
  polygon-too-few-points:
    examples:
      pass: [{set: {"annotation[1].polygons": [[1, 1, 9, 1, 9, 9]]}}]
      fail: [{set: {"annotation[1].polygons": [[1, 1, 9, 9]]}}]
  polygon-outside-media:
    examples:
      pass: [{set: {"annotation[1].polygons": [[1, 1, 64, 1, 9, 48]]}}]
      fail: [{set: {"annotation[1].polygons": [[1, 1, 66, 1, 9, 48]]}}]
  category-name-twice:
    examples:
      pass: [{add: {category: {number: 2, name: sponge}}}]
      fail: [{add: {category: {number: 2, name: coral}}}]
examples:
  base:
    category: [{number: 0, name: coral}, {number: 1, name: fish}]
    media: [{path: a.png, width: 64, height: 48}]
    annotation:
      - {id: 1, media: a.png, category: 0, shape: box, box: [10, 10, 8, 6]}
      - {id: 2, media: a.png, category: 1, shape: polygon, polygons: [[1, 1, 9, 1, 9, 9]], score: 1}
    attribute: [{annotation: 1, name: alive, value: true}]
changes: [{version: "1.0.0", date: "2026-11-24", notes: [first version]}]
"""

LINES_FILES = {
    "classes.txt": "100 rowing boat\n103 buoy\n",
    "marks/a.mrk": "PICTURE x/a.png 64 48\nBOX 100 5 7 24 16 + @0.5\nBOX  103  1 0 63 47 -\n",
    "marks/b.mrk": "PICTURE b.png 32 32\n",
}
NESTED_FILES = {
    "shots.json": """{
  "labels": {"0": "coral", "7": "fish <&>"},
  "by": "the reef",
  "shots": [
    {"file": "a.png", "size": [64, 48], "weather": "calm", "things": [
      {"uid": 5, "kind": "rectangle", "label": 0, "at": [10, 10, 8.5, 6],
       "traits": {"alive": true, "colour": "red"}},
      {"uid": 6, "kind": "ring", "label": 7, "at": [[1, 1, 9, 1, 9, 9]], "score": 0.25}]},
    {"file": "b.png", "size": [32, 32]}
  ]
}
"""
}
LINES_BROKEN = (
    ("marks/a.mrk", "BOX 100 5", "BOX 109 5", "annotation.category.dangling"),
    ("marks/a.mrk", "16 +", "16 ?", "annotation.difficult.value"),
    ("marks/a.mrk", "@0.5", "@1.5", "annotation.score.range"),
    ("marks/a.mrk", "24 16", "24 x", "annotation.box.type"),
    ("marks/a.mrk", "24 16", "64 16", "box-outside-media"),
    ("marks/a.mrk", "5 7", "0 0", "mark-in-corner"),
    ("marks/b.mrk", "PICTURE", "DRAWING", "lines.template"),
    ("classes.txt", "103 buoy", "100 buoy", "category.number.duplicate"),
)
"""File, text in it, text instead, and the rule that finds it (among others where rows are gone)."""
NESTED_BROKEN = (
    ("shots.json", '"label": 7', '"label": 9', "annotation.category.dangling"),
    ("shots.json", '"kind": "ring"', '"kind": "blob"', "annotation.variant"),
    ("shots.json", '"calm"', '"windy"', "media.weather.value"),
    ("shots.json", "[10, 10, 8.5, 6]", "[10, 10, 8.5]", "annotation.box.length"),
    ("shots.json", "[10, 10, 8.5, 6]", "[10, 10, 80, 6]", "box-outside-media"),
    ("shots.json", '"uid": 6', '"uid": 5', "annotation.id.duplicate"),
    ("shots.json", '"file": "b.png", ', "", "media.path.missing"),
    ("shots.json", "[1, 1, 9, 1, 9, 9]", "[1, 1, 9, 1]", "polygon-too-few-points"),
)
