/**
 * Where the benchmarks' data lie: one folder a size, one log in it, told in every format.
 *
 * Shape    all files of a folder hold the same rows in the same order of delivery; a column is a file of its own, raw
 *          and little-endian, and `columns.json` names what `agent`, `status` and `subcode` are indices into
 * Units    `uts` in Unix seconds
 * Fails    never
 */
import { createHash } from "node:crypto"
import { join } from "node:path"

/** Whom the command takes itself for: nobody is asked, so any login does. */
export const reader = {
  DWELL_BASE_URL: "https://contactnow.example/",
  DWELL_USERNAME: "reader",
  DWELL_PASSWORD: "none",
} as const

/** Names the store of the reader, as the command does. */
export const readerIdentity = createHash("sha256")
  .update(`${reader.DWELL_BASE_URL}\n${reader.DWELL_USERNAME}`)
  .digest("hex")

const files = {
  /** As the vendor writes it: no spaces, always the same order of keys. */
  json: "log.json",
  /** Order of keys and spacing change from row to row. */
  jsonAny: "any-order.json",
  /** Always the same order of keys, but another than the vendor's. */
  jsonOther: "other-order.json",
  xml: "log.xml",
  ndjson: "log.ndjson",
  csv: "log.csv",
  columns: "columns.json",
  /** The event store of whoever `reader` is, where `dwell` looks for it with XDG_DATA_HOME set to the folder. */
  store: `dwell/environment-${readerIdentity.slice(0, 8)}.sqlite`,
} as const

export type Kind = keyof typeof files

export const kinds: ReadonlyArray<Kind> = ["json", "jsonAny", "jsonOther", "xml", "ndjson", "csv", "columns", "store"]

export const fileOf = (folder: string, kind: Kind): string => join(folder, files[kind])

const columnFiles = {
  uid: "uid.i64",
  uts: "uts.i64",
  callid: "callid.i64",
  agent: "agent.i32",
  status: "status.u8",
  subcode: "subcode.u8",
} as const

export type Column = keyof typeof columnFiles

export const columnFile = (folder: string, column: Column): string => join(folder, columnFiles[column])
