"""What generated rules oblige to, in words: one entry for each kind of fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Words:
    """What a kind of rule obliges to, why, what breaks it, what to do instead.

    Texts hold `{table}`, `{column}`, `{join}`, `{place}`, `{kind}`, `{limits}`, and verbs (`{is}`).
    """

    what: str
    why: str
    example: str
    instead: str


COLUMN_FAULTS: Mapping[str, Words] = {
    "missing": Words(
        "each row of {table} says its {column}, at {place}",
        "what is missing cannot be guessed, and readers stop or skip the row",
        "{place} {is} left out, null or empty",
        "give {kind}",
    ),
    "type": Words(
        "{place} {makes} {kind}",
        "readers cast what they find, each in its own way, or stop",
        "a value of another type stands at {place}",
        "give {kind}; an integer may be written 1 or 1.0, not 1.5 or in quotes",
    ),
    "value": Words(
        "{place} {is} {limits}",
        "a value outside of the closed set means nothing to readers",
        "{place} {is} something else",
        "give {limits}",
    ),
    "sequence": Words(
        "{place} goes on with the tag of the row before, or begins anew, as the scheme says",
        "readers mend what does not follow, each in its own way",
        "a tag that goes on with a run which does not stand before it, or a run that does not end",
        "write the tag that the scheme has for the run, or mend the class",
    ),
    "range": Words(
        "{place} {is} {limits}",
        "a number outside of the range cannot be what it says it is",
        "a number at {place} is not {limits}",
        "give a number that is {limits}; look whether another unit was meant",
    ),
    "pattern": Words(
        "{place} {is} {limits}",
        "readers take the text apart by this pattern",
        "{place} {is} a text that does not fit",
        "give {limits}",
    ),
    "length": Words(
        "{place} {holds} as many numbers or characters as the standard says, {kind}{limits}",
        "with one number too few or too many nothing says which is which",
        "a list at {place} is too short, too long, or odd where numbers come in pairs",
        "give {kind}",
    ),
    "duplicate": Words(
        "no two rows of {table} have the same {column}",
        "what refers to the row could mean either",
        "two rows have one value at {place}",
        "give each row a {column} of its own",
    ),
    "order": Words(
        "rows of {table} stand in the order of their {column}, character by character",
        "readers that go through several files side by side lose the rows that come too early",
        "a row stands behind one whose {column} sorts behind its own",
        "sort the file by bytes (`LC_ALL=C sort`)",
    ),
    "dangling": Words(
        "{place} {names} {kind} that is there",
        "a row that refers to nothing is dropped by most readers without a word",
        "{place} {names} {kind} that no row has",
        "add the row that is named, or name another",
    ),
    "differs": Words(
        "{place} {agrees} with what follows from the other values ({limits})",
        "of two values that disagree, each reader trusts another",
        "{place} {is} not what follows",
        "compute the value anew, or leave it out where it may be missing",
    ),
}
JOIN_FAULTS: Mapping[str, Words] = {
    "dangling": Words(
        "each row of the {join} of {table} names a row of {table} that is there",
        "a list that names what is not there was made for other data",
        "a line names something that no file holds",
        "take the line out, or add what it names",
    ),
    "missing": Words(
        "each row of {table} stands in the {join} too",
        "what stands in one and not in the other is used by some readers only",
        "a row that the {join} do not name",
        "add the line",
    ),
    "duplicate": Words(
        "no two rows of the {join} are of the same row of {table}",
        "one of the two is not read",
        "two lines name one row",
        "take one of the lines out",
    ),
    "differs": Words(
        "the {join} says of a row of {table} what other files say of it",
        "of two files that disagree, each reader trusts another",
        "a line says something else than another file",
        "make the files anew from one of them",
    ),
    "order": Words(
        "rows of the {join} stand in the order of what they name, character by character",
        "readers that go through several files side by side lose the rows that come too early",
        "a line stands behind one that sorts behind it",
        "sort the file by bytes (`LC_ALL=C sort`)",
    ),
}
TABLE_FAULTS: Mapping[str, Words] = {
    "missing": Words(
        "the rows of {table} have their place, {place}, even where there are none",
        "a file without it may be cut off, or be of another kind",
        "{place} is left out, or null",
        "write an empty list",
    ),
    "type": Words(
        "{place} holds rows of {table}, and each of them is of the right shape",
        "what is no row cannot be read",
        "a number or a text stands where a row or the list of rows should",
        "give a list of rows, each with its members",
    ),
    "variant": Words(
        "each row of {table} is of a kind that the standard knows",
        "a row of an unknown kind would be dropped without a word",
        "a row that fits none of the kinds {limits}",
        "give the row the shape of one of the kinds",
    ),
    "differs": Words(
        "rows of {table} that stand in several files are the same in each",
        "readers of one file and of another would mean different things by one key",
        "two files give different rows under one key",
        "make the rows equal",
    ),
    "unknown-key": Words(
        "rows of {table} have only members that the standard declares",
        "what is not declared is kept when written back, and lost in any other format",
        "a member that the standard does not know",
        "leave it, or write a standard that declares it",
    ),
}
UNSAID = Words(
    "the data keep the standard's declaration",
    "what is declared is what readers count on",
    "a value that is not as declared",
    "look at the message of the finding: it says what stands there and what was expected",
)
"""What is said of a fault that has no words of its own."""
CARRIER_FAULTS: Mapping[str, Words] = {
    "syntax": Words(
        "the file is well formed",
        "a broken file is read in part or not at all",
        "the file breaks off in the middle",
        "write it again with a tool that writes whole files",
    ),
    "encoding": Words(
        "the text is in the encoding that the standard says, UTF-8 unless it says another",
        "names turn into others, or the file is not read at all",
        "a byte that is no UTF-8",
        "write the file as UTF-8",
    ),
    "bom": Words(
        "the file does not begin with a byte order mark",
        "some readers take it for a part of the first name",
        "the bytes EF BB BF come first",
        "write UTF-8 without a byte order mark",
    ),
    "newline": Words(
        "all lines end as the standard says, the last one, too",
        "what else ends a line is taken for a part of its last word, or the line is not read",
        "a file was written on Windows, or its last line was cut",
        "write it with the line ends that the standard says",
    ),
    "nonfinite": Words(
        "numbers are finite",
        "NaN and Infinity are no JSON, and many readers refuse the whole file",
        "a coordinate is NaN",
        "leave the value out, or give a number",
    ),
    "duplicate-key": Words(
        "no name stands twice in one object",
        "some readers take the first, others the last",
        "a row with two members of one name",
        "keep one of them",
    ),
    "duplicate": Words(
        "an element that stands once does not stand twice",
        "some readers take the first, others the last",
        "a row with two elements of one name",
        "keep one of them",
    ),
    "depth": Words(
        "values are not nested deeper than 64 levels",
        "deeper nesting is an attack or an accident, and brings readers down",
        "a thousand brackets, one in another",
        "write the data without the nesting",
    ),
    "empty": Words(
        "the file is not empty",
        "an empty file was most likely never written to its end",
        "a file of no bytes",
        "write the file again",
    ),
    "size": Words(
        "a record, a line or a document is not too large to be read at once",
        "one record of gigabytes brings readers down",
        "a record of more than 64 MiB",
        "write the record in parts",
    ),
    "type": Words(
        "the file is of the kind that its name or role says",
        "readers choose how to read by name and role",
        "a list stands at the top where an object should",
        "write the file in the shape that the standard says",
    ),
    "key": Words(
        "the names of members are plain texts or numbers",
        "a list or a mapping as a name has no counterpart in other carriers",
        "? [a, b] stands where a name should",
        "give the member a name",
    ),
    "tag": Words(
        "values bear no tags, but for those that say what they are anyway",
        "a tag asks the reader to make something of the program's own",
        "!!python/object stands before a value",
        "write the value without the tag",
    ),
    "alias": Words(
        "no value stands for another by an anchor and an alias",
        "a few aliases of aliases grow to more than any memory holds",
        "&a and *a",
        "write the value where it is meant",
    ),
    "documents": Words(
        "the file is one document",
        "most readers take the first, some the last",
        "a line --- between two documents",
        "write each document into a file of its own",
    ),
    "root": Words(
        "the root element is the one that the standard names",
        "a document of another kind is not read at all",
        "an export in another format stands among the labels",
        "convert the document, or take it out",
    ),
    "doctype": Words(
        "the document declares no document type and no entities",
        "entities can read other files and fill the memory",
        "<!DOCTYPE … > stands before the first element",
        "take the declaration out",
    ),
    "blank": Words(
        "one blank line parts two blocks",
        "some readers take what stands between two blank lines for a block without rows",
        "two blank lines, one behind the other",
        "take out all but one",
    ),
    "count": Words(
        "each list has as many items as the number before it says",
        "readers trust the number, and take what follows for something else",
        "a number 3 before two items",
        "give the number of the items that are there",
    ),
    "rest": Words(
        "nothing stands behind the last token",
        "readers stop before it, and what it says is lost",
        "one more text at the end of the file",
        "take it out",
    ),
    "template": Words(
        "each line is of a form that the standard knows",
        "a line with a token too few or too many was meant for another format",
        "a line with one number too many",
        "write the line as the standard says, or take it out",
    ),
    "unreadable": Words(
        "the file can be opened and read",
        "what cannot be read is not judged",
        "the file may not be read by this user",
        "give leave to read it",
    ),
}
LAYOUT_FAULTS: Mapping[str, Words] = {
    "missing": Words(
        "the files that the standard asks for are there",
        "without them the dataset cannot be read",
        "the file with the labels is not where it should be",
        "put the file where the standard says, or name the dialect of the layout",
    ),
    "name": Words(
        "names of files, on the disk and in the data, work on every system and are unique without "
        "regard to case",
        "other systems refuse the name, or take two files for one",
        "`a.jpg` and `A.JPG` in one folder",
        "rename the files",
    ),
    "name-encoding": Words(
        "names of files are UTF-8",
        "a name that is no text cannot be written in a list or a report, nor opened everywhere",
        "a name in Latin-1 from an old archive",
        "rename the file",
    ),
    "outside-root": Words(
        "paths in the data stay inside the dataset",
        "nothing outside is opened, and the dataset does not survive a move",
        "../train/images",
        "write the path relative to the dataset's folder",
    ),
    "link": Words(
        "symbolic links do not leave the dataset",
        "nothing outside is opened unless asked for (--follow-links)",
        "a link to another disk",
        "copy the files, or ask for links to be followed",
    ),
    "root": Words(
        "the folder that paths are relative to is there",
        "paths lead nowhere on any other machine",
        "a path of the machine where the dataset was made",
        "leave the folder out, or name one inside of the dataset",
    ),
    "listed-twice": Words(
        "a list names a file once",
        "what is named twice is trained on or counted twice",
        "a list with one line twice",
        "take one of them out",
    ),
    "unlisted": Words(
        "files that stand among those of the dataset are named by its lists",
        "what no list names is not used",
        "a picture in a folder that no list names",
        "name the folder or the file, or take it away",
    ),
    "unfit": Words(
        "a file that is given or listed has a name that fits the standard's layout",
        "the name says what part a file plays, and of which split it is",
        "a list names a file of an unknown kind",
        "rename the file as the standard says",
    ),
    "unreadable": CARRIER_FAULTS["unreadable"],
    "encoding": CARRIER_FAULTS["encoding"],
    "dialect": Words(
        "the data are in the dialect that was named",
        "numbers read in the wrong dialect are wrong by a pixel or by the size of the picture",
        "a box at 0 in a dialect whose first pixel is 1",
        "name the other dialect, or none, so that it is told from the data",
    ),
    "clash": Words(
        "each file has a file beside it of its own",
        "two files share the labels of one",
        "a.jpg and a.png beside one a.txt",
        "rename one of them",
    ),
    "orphan": Words(
        "a file that stands beside another has that other one",
        "labels without a picture are dropped without a word",
        "a.txt without an a.jpg",
        "add what it belongs to, or take it away",
    ),
    "none": Words(
        "some of the files that may stand beside others are there",
        "a misnamed folder of labels would make every picture background",
        "a folder `label` where `labels` was meant",
        "name the folder as the standard says",
    ),
}
MEDIA_FAULTS: Mapping[str, Words] = {
    "size-differs": Words(
        "the size that the data say is that of the file, as it is displayed",
        "coordinates land on the wrong pixels",
        "width and height are swapped",
        "measure the files again",
    ),
    "turned": Words(
        "the size that the data say is that of the picture after its EXIF orientation",
        "viewers and trainers turn the picture, the labels stay",
        "a telephone's picture with the orientation 6",
        "store the pixels turned, without the mark",
    ),
    "unreadable": Words(
        "the headers of the media can be read",
        "what cannot be read is not judged",
        "a file that is no picture",
        "replace the file",
    ),
}
