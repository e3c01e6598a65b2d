/**
 * What an event store needs of SQLite, and of the platform: synchronous, so that a transaction can't be left half-way.
 *
 * Shape    statements in the one dialect that SQLite has everywhere; an integer read back must be within 2^53, so larger
 *          ones are asked for in halves
 * Fails    by throwing what the platform throws; `reasonOf` says which of it people can act on
 */
import type { Reason } from "../StoreError.ts"

export type Value = null | number | bigint | string | Uint8Array

/** The cells of one row, in the order of the statement's columns. */
export type Row = ReadonlyArray<Value>

/** Many rows for one table. */
export interface Insertion {
  /** Such as `INSERT INTO hot(uid, uts)`. */
  readonly into: string
  /** Such as `ON CONFLICT DO NOTHING`. */
  readonly or: string
  readonly columns: number
  readonly rows: number
  /** Pushes the cells of a row. */
  readonly cells: (row: number, into: Array<Value>) => void
}

/** Bytes made smaller and found out when they are damaged. */
export interface Codec {
  readonly deflate: (bytes: Uint8Array) => Uint8Array
  /** Throws when the bytes are not whole. */
  readonly inflate: (bytes: Uint8Array) => Uint8Array
  /** 32 bits, unsigned. */
  readonly checksum: (bytes: Uint8Array) => number
}

export interface Driver {
  readonly exec: (sql: string) => void
  readonly all: (sql: string, ...values: ReadonlyArray<Value>) => ReadonlyArray<Row>
  /** Gives how many rows were changed. */
  readonly run: (sql: string, ...values: ReadonlyArray<Value>) => number
  /** Gives how many rows were changed. */
  readonly insert: (insertion: Insertion) => number
  /** All of the body or, when it throws, nothing of it; what it reads does not change meanwhile. */
  readonly transaction: <A>(kind: "read" | "write", body: () => A) => A
  /** Sets what stays in the database itself; called once it is known to be a store, or to become one. */
  readonly adopt: () => void
  /** Bytes that the database takes. */
  readonly size: () => number
  readonly vacuum: () => void
  readonly codec: Codec
  readonly reasonOf: (error: unknown) => Reason | undefined
}

/** What SQLite's result codes mean to people; by name, without the prefix. */
const reasons: Readonly<Record<string, Reason>> = {
  BUSY: "Locked",
  LOCKED: "Locked",
  FULL: "Full",
  TOOBIG: "Full",
  READONLY: "ReadOnly",
  PERM: "ReadOnly",
  CORRUPT: "Damaged",
  IOERR: "Unavailable",
  CANTOPEN: "Unavailable",
  NOTADB: "Foreign",
}

/** The reason behind a result code of SQLite's, such as `BUSY`. */
export const reasonOfCode = (code: string): Reason | undefined =>
  Object.hasOwn(reasons, code) ? reasons[code] : undefined
