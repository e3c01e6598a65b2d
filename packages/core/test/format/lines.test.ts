import { expect, it } from "vitest"
import * as csv from "../../src/format/csv/decoder.ts"
import { bytesOf, bytewise, decodeText, example, feed } from "./support.ts"

const row = '{"uid":"12345678901","uts":"1234567890","agent":"1234567","status":"offline","subcode":"","callid":"0"}'

it.each([
  ["", 0],
  ["\n \r\n", 0],
  [row, 1],
  [`${row}\n`, 1],
  [`\uFEFF${row}\r\n\r\n\n ${row} \t\r\n`, 2],
  [`${row.replaceAll('"1234567"', " 1234567 ")}\n`, 1],
])("NDJSON has its rows, whatever is between them: %j", (text, count) => {
  const whole = decodeText("ndjson", text)
  expect(whole).toMatchObject({ error: null, rows: Array.from({ length: count }, () => example) })
  expect(bytewise("ndjson", bytesOf(text))).toEqual(whole)
})

it.each([
  [`${row}\n[]`, `row 2, byte ${row.length + 1}: is not an object`],
  [`${row}${row}`, `byte ${row.length}: "{" after a row, on its line`],
  [`${row},\n${row}`, `byte ${row.length}: "," after a row, on its line`],
  [`${row}\n5`, `byte ${row.length + 1}: unexpected "5"`],
  [`${row}\n{"uid":"1"}`, `row 2, byte ${row.length + 1}: uts is missing`],
  [`${row}\n{"uid":\n"1"}`, `row 2, byte ${row.length + 8}: the line ends inside the row: it looks cut off`],
  [`${row}\n{"uid":"1`, `row 2, byte ${row.length + 10}: the input ends too early: it looks cut off`],
])("NDJSON that is malformed is refused, with the place: %j", (text, error) => {
  expect(decodeText("ndjson", text).error).toBe(error)
  expect(bytewise("ndjson", bytesOf(text)).error).toBe(error)
})

it("NDJSON that is cut off inside a line is an error, and between two lines it can't be told", () => {
  const text = `${row}\n${row}\n`
  for (let length = 0; length <= text.length; length++) {
    const { rows, error } = decodeText("ndjson", text.slice(0, length))
    expect(error === null).toBe(length === 0 || [0, 1].includes(length - row.length) || length >= 2 * row.length + 1)
    expect(rows.length).toBe(length < row.length ? 0 : length < 2 * row.length + 1 ? 1 : 2)
  }
})

const header = "uid,uts,agent,status,subcode,callid"
const cells = "12345678901,1234567890,1234567,offline,,0"

it.each([
  ["lines that end in LF", `${header}\n${cells}\n`],
  ["lines that end in CRLF", `${header}\r\n${cells}\r\n`],
  ["lines that end in CR", `${header}\r${cells}\r`],
  ["no end of the last line", `${header}\n${cells}`],
  ["blank lines", `\n\r\n${header}\n\n${cells}\n\n`],
  ["a byte order mark", `\uFEFF${header}\n${cells}\n`],
  ["semicolons", `${header}\n${cells}\n`.replaceAll(",", ";")],
  ["tabs", `${header}\n${cells}\n`.replaceAll(",", "\t")],
  ["columns in any order and case", 'Status,"UID",x,Agent,UTS\nOffline,12345678901,"a,""b""\n",1234567,1234567890\n'],
  ["every cell quoted", `"${header}"\n"${cells}"\n`.replaceAll(",", '","')],
])("CSV is read with %s", (_, text) => {
  const whole = decodeText("csv", text)
  expect(whole).toMatchObject({ error: null, rows: [example] })
  expect(bytewise("csv", bytesOf(text))).toEqual(whole)
})

it("a quoted cell of CSV holds separators, quotes and line breaks", () => {
  const text = `${header}\n1,2,3,call,"a,b;\t""c""\r\nd",\n1,2,3,call,"",\n1,2,3,call, e ,5\n`
  expect(decodeText("csv", text).rows.map(({ subcode }) => subcode)).toEqual(['a,b;\t"c"\r\nd', "", " e "])
})

it.each([
  ["", "byte 0: the input is empty: not even a header line"],
  ["\n\n", "byte 2: the input is empty: not even a header line"],
  ["uid,uts\n1,2\n", 'byte 0: the header line: no column agent, status in "uid,uts"'],
  ["1,2,3,call\n", 'byte 0: the header line: no column uid, uts, agent, status in "1,2,3,call"'],
  [`${header},UID\n`, "byte 0: the header line: two columns uid"],
  [`${header}\n1,2,3,call,\n`, "row 1, byte 36: has 5 cells where the header has 6"],
  [`${header}\n${cells}\n${cells},\n`, `row 2, byte ${36 + 42}: has 7 cells where the header has 6`],
  [`${header}\r\n${cells}\r\n-1,2,3,call,,\r\n`, `row 2, byte ${37 + 43}: uid "-1" is below 0`],
  [
    `${header}\n1,2,3,"call,,\n`,
    "row 1, byte 36: a quoted cell is not closed at the end of the input: it looks cut off",
  ],
  ['"uid', "byte 0: the header line: a quoted cell is not closed at the end of the input: it looks cut off"],
  [`${header}\n1,2,3,ca"ll,,\n`, "row 1, byte 36: a quote inside a cell that is not quoted"],
  [`${header}\n1,2,3,"call"x,,\n`, "row 1, byte 36: text after a cell's closing quote"],
  [`${header}\n1.23E+10,2,3,call,,\n`, 'row 1, byte 36: uid "1.23E+10" is not a whole number'],
  [`${header}\n1,2,3,call,${"a".repeat(65_537)},\n`, "row 1, byte 36: a cell longer than 65536 bytes"],
])("CSV that is malformed is refused, with the place: %j", (text, error) => {
  expect(decodeText("csv", text).error).toBe(error)
  expect(bytewise("csv", bytesOf(text)).error).toBe(error)
})

it("CSV that is not UTF-8 is refused, with the place", () => {
  const bytes = bytesOf(`${header}\n1,2,3,call,é,\n`).filter((byte) => byte !== 0xa9)
  expect(feed(csv.decoder(), [bytes]).error).toBe("row 1, byte 36: text that is not UTF-8: save the table as UTF-8")
})

it("CSV that is cut off inside a row is an error, and between two rows or in the last cell it can't be told", () => {
  const text = `${header}\n1,2,3,call,"a\nb",50\n`
  for (let length = header.length; length < text.length; length++) {
    const { rows, error } = decodeText("csv", text.slice(0, length))
    const lastCell = ["50\n", "0\n", "\n"].includes(text.slice(length))
    expect(error === null).toBe(length <= header.length + 1 || lastCell)
    expect(rows.length).toBe(lastCell ? 1 : 0)
  }
})
