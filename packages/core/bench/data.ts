/**
 * Writes the benchmarks' data: the log of the emulator's invented centre, cut after so many rows.
 *
 * Shape    `node data.js FOLDER ROWS KIND...` writes the kinds that are not there yet; the same rows for the same number
 *          of rows, duplicates, late rows and changes in one second included
 * Cost     one pass over the rows for all kinds, in constant memory
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import { make, type Row } from "@dwell/emulator"
import * as Effect from "effect/Effect"
import * as EventBatch from "../src/events/EventBatch.ts"
import type { Columns } from "./columns.ts"
import { type Column, columnFile, fileOf, type Kind, kinds } from "./dataset.ts"
import { openStore } from "./store.ts"

/** Midnight UTC; the first day of the log. */
const begin = 1_782_864_000
const seed = 8
const daySeconds = 86_400

/** A centre has a month of such rows: 200 agents for a million. */
const rowsAnAgent = 5000
/** Fewer than an agent leaves in a day, so that the days are enough. */
const rowsADay = 100
const fewestAgents = 10
const mostAgents = 2000

const log = (rows: number): Iterable<Row> => {
  const agents = Math.min(mostAgents, Math.max(fewestAgents, Math.ceil(rows / rowsAnAgent)))
  const days = 2 + Math.ceil(rows / (agents * rowsADay))
  const now = begin + days * daySeconds
  return make({ seed, agents, days, clock: () => now }).centre.rows(0, now)
}

interface Writer {
  readonly write: (row: Row, index: number) => void
  readonly end: () => void
}

/** How much text gathers before it is written, in characters. */
const room = 1 << 20

/** The file takes its name when it is whole. */
const textWriter = (path: string, head: string, line: (row: Row, index: number) => string, tail: string): Writer => {
  const file = openSync(`${path}.part`, "w")
  let text = head
  return {
    write: (row, index) => {
      text += line(row, index)
      if (text.length < room) return
      writeSync(file, text)
      text = ""
    },
    end: () => {
      writeSync(file, text + tail)
      closeSync(file)
      renameSync(`${path}.part`, path)
    },
  }
}

type Field = readonly [name: string, value: string]

const fieldsOf = ({ agent, callid, status, subcode, uid, uts }: Row): ReadonlyArray<Field> => [
  ["uid", String(uid)],
  ["uts", String(uts)],
  ["agent", String(agent)],
  ["status", status],
  ["subcode", subcode],
  ["callid", String(callid)],
]

/** `gap` is what stands between two tokens. */
const object = (fields: ReadonlyArray<Field>, gap = ""): string => {
  const members = fields.map(([name, value]) => `"${name}"${gap}:${gap}${JSON.stringify(value)}`)
  return `{${gap}${members.join(`${gap},${gap}`)}${gap}}`
}

const permutations = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  items.length < 2
    ? [items]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))

const orders = permutations([0, 1, 2, 3, 4, 5])
const gaps = ["", " ", "", "\n"]

const ordered = (row: Row, order: ReadonlyArray<number>): ReadonlyArray<Field> => {
  const fields = fieldsOf(row)
  return order.flatMap((index) => fields.slice(index, index + 1))
}

/** Numbers that look like chance, the same for the same index. */
const scrambled = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 8

const anyOrder = (row: Row, index: number): string => {
  const chance = scrambled(index)
  return object(ordered(row, orders[chance % orders.length] ?? []), gaps[(chance >>> 12) % gaps.length])
}

const otherOrder = (row: Row): string => object(ordered(row, [3, 5, 0, 2, 4, 1]))

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const xmlRow = (row: Row): string => {
  const fields = fieldsOf(row).map(([name, value]) =>
    value === "" ? `      <${name}/>\n` : `      <${name}>${escaped(value)}</${name}>\n`,
  )
  return `    <status_log>\n${fields.join("")}    </status_log>\n`
}

const special = /["\n\r,]/

const csvRow = (row: Row): string =>
  `${fieldsOf(row)
    .map(([, value]) => (special.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(",")}\n`

const jsonWriter = (path: string, rows: number, each: (row: Row, index: number) => string): Writer =>
  textWriter(
    path,
    `{"success":true,"total":${rows},"list":[`,
    (row, index) => (index === 0 ? "" : ",") + each(row, index),
    "]}",
  )

/** Numbers of the values met, in the order in which they were. */
const dictionary = <A>(...values: Array<A>) => {
  const known = new Map(values.map((value, index) => [value, index]))
  return {
    values,
    indexOf: (value: A): number => {
      const found = known.get(value)
      if (found !== undefined) return found
      known.set(value, values.length)
      return values.push(value) - 1
    },
  }
}

const rowsAWrite = 65_536

const columnsWriter = (folder: string, rows: number): Writer => {
  const agents = dictionary<number>()
  const statuses = dictionary<string>()
  const subcodes = dictionary("")
  const held = {
    uid: new BigInt64Array(rowsAWrite),
    uts: new BigInt64Array(rowsAWrite),
    callid: new BigInt64Array(rowsAWrite),
    agent: new Int32Array(rowsAWrite),
    status: new Uint8Array(rowsAWrite),
    subcode: new Uint8Array(rowsAWrite),
  }
  const columns: ReadonlyArray<Column> = ["uid", "uts", "callid", "agent", "status", "subcode"]
  const files = columns.map((column) => ({ column, file: openSync(columnFile(folder, column), "w") }))
  let length = 0
  const flush = () => {
    for (const { column, file } of files) writeSync(file, held[column].subarray(0, length))
    length = 0
  }
  return {
    write: (row) => {
      held.uid[length] = row.uid
      held.uts[length] = BigInt(row.uts)
      held.callid[length] = row.callid
      held.agent[length] = agents.indexOf(row.agent)
      held.status[length] = statuses.indexOf(row.status.trim().toLowerCase())
      held.subcode[length] = subcodes.indexOf(row.subcode)
      length += 1
      if (length === rowsAWrite) flush()
    },
    end: () => {
      flush()
      for (const { file } of files) closeSync(file)
      const named: Columns = {
        rows,
        agents: agents.values,
        statuses: statuses.values,
        subcodes: subcodes.values,
      }
      writeFileSync(fileOf(folder, "columns"), JSON.stringify(named))
    },
  }
}

/** Keeps rows as a sync would: day by day, each put into columns when it is over. */
const storeWriter = (folder: string): Writer => {
  const path = fileOf(folder, "store")
  mkdirSync(dirname(path), { recursive: true })
  const store = openStore(`${path}.part`)
  const rows = EventBatch.builder()
  let day = 0
  let first = 0
  const keep = () => {
    const span = { from: day, to: day + daySeconds, asOf: day + 2 * daySeconds }
    store.run(({ append, compact }) =>
      Effect.zipRight(append([rows.take()], { span, carriedIn: first }), compact(day + daySeconds)),
    )
  }
  return {
    write: (row) => {
      const itsDay = row.uts - (row.uts % daySeconds)
      // A row that was recorded late, or comes twice, may be of the day before.
      if (itsDay > day) {
        if (day > 0) keep()
        else first = itsDay
        day = itsDay
      }
      EventBatch.push(rows, { ...row, status: row.status.trim().toLowerCase() })
    },
    end: () => {
      keep()
      store.close()
      renameSync(`${path}.part`, path)
    },
  }
}

const writers: { readonly [K in Kind]: (folder: string, rows: number) => Writer } = {
  json: (folder, rows) => jsonWriter(fileOf(folder, "json"), rows, (row) => object(fieldsOf(row))),
  jsonAny: (folder, rows) => jsonWriter(fileOf(folder, "jsonAny"), rows, anyOrder),
  jsonOther: (folder, rows) => jsonWriter(fileOf(folder, "jsonOther"), rows, otherOrder),
  xml: (folder, rows) =>
    textWriter(
      fileOf(folder, "xml"),
      `<?xml version="1.0" encoding="UTF-8"?>\n<result>\n  <success>1</success>\n  <total>${rows}</total>\n  <list>\n`,
      xmlRow,
      "  </list>\n</result>",
    ),
  ndjson: (folder) => textWriter(fileOf(folder, "ndjson"), "", (row) => `${object(fieldsOf(row))}\n`, ""),
  csv: (folder) => textWriter(fileOf(folder, "csv"), "uid,uts,agent,status,subcode,callid\n", csvRow, ""),
  columns: columnsWriter,
  store: storeWriter,
}

const write = (folder: string, rows: number, wanted: ReadonlyArray<Kind>): void => {
  mkdirSync(folder, { recursive: true })
  const missing = wanted.filter((kind) => !existsSync(fileOf(folder, kind)))
  if (missing.length === 0) return
  const open = missing.map((kind) => writers[kind](folder, rows))
  let index = 0
  for (const row of log(rows)) {
    for (const writer of open) writer.write(row, index)
    index += 1
    if (index === rows) break
  }
  if (index < rows) throw new Error(`the centre has ${index} rows only, not ${rows}`)
  for (const writer of open) writer.end()
}

const [folder, rows, ...asked] = process.argv.slice(2)
const wanted = kinds.filter((kind) => asked.includes(kind))
if (folder === undefined || !Number.isSafeInteger(Number(rows)) || wanted.length < asked.length) {
  process.stderr.write(`usage: data FOLDER ROWS ${kinds.join("|")}...\n`)
  process.exit(2)
}
write(folder, Number(rows), wanted)
