/**
 * Reading a request's arguments, wherever the caller put them.
 *
 * Shape    query and body are one set of names, the body winning; a JSON body holds no arguments
 * Fails    `BadArgument` with the argument's name
 * Source   docs/contactnow.md section 1 (GET, urlencoded POST, multipart POST, bare `[]`), section 3
 */
import { addressKey } from "./tokens.ts"

/** Arguments by name. */
export type Arguments = ReadonlyMap<string, string>

/** An argument the vendor would refuse. */
export class BadArgument extends Error {
  override readonly name = "BadArgument"
  constructor(argument: string) {
    super(`Bad argument: ${argument}`)
  }
}

const formOf = async (request: Request): Promise<Iterable<readonly [string, FormDataEntryValue]>> => {
  const type = request.headers.get("content-type") ?? ""
  // A body that is not what its type says counts as no arguments, as it does for PHP.
  if (type.startsWith("multipart/form-data"))
    return request.formData().then(
      (form) => form.entries(),
      () => [],
    )
  const text = await request.text()
  return text.startsWith("[") || text.startsWith("{") ? [] : new URLSearchParams(text)
}

/** All arguments of a request, and the names of those in the query string. */
export const argumentsOf = async (request: Request): Promise<{ args: Arguments; query: ReadonlyArray<string> }> => {
  const query = new URL(request.url).searchParams
  const args = new Map(query)
  if (request.method === "POST")
    for (const [name, value] of await formOf(request)) if (typeof value === "string") args.set(name, value)
  return { args, query: [...new Set(query.keys())] }
}

const whole = (text: string, argument: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new BadArgument(argument)
  return Number(text)
}

/** Refuses an argument unless it has one of the given values. */
export const oneOf = (args: Arguments, argument: string, ...values: ReadonlyArray<string>): string => {
  const value = args.get(argument)
  if (value === undefined || !values.includes(value)) throw new BadArgument(argument)
  return value
}

/** A Unix time; undefined when left out. */
export const timeArgument = (args: Arguments, argument: string): number | undefined => {
  const text = args.get(argument)
  return text === undefined ? undefined : whole(text, argument)
}

/** `n` (from n on) or `low:high`. */
export const uidArgument = (args: Arguments): { readonly uidLow?: bigint; readonly uidHigh?: bigint } => {
  const text = args.get("uid")
  if (text === undefined) return {}
  const [, low, high] = /^(\d{1,19})(?::(\d{1,19}))?$/.exec(text) ?? []
  if (low === undefined) throw new BadArgument("uid")
  return high === undefined ? { uidLow: BigInt(low) } : { uidLow: BigInt(low), uidHigh: BigInt(high) }
}

/** One id, ids with commas between, or a JSON list of them as an older vendor client sends. */
export const agentArgument = (args: Arguments): ReadonlySet<number> | undefined => {
  const text = args.get("agent")
  if (text === undefined) return undefined
  const list = /^\[.*\]$/.test(text) ? text.slice(1, -1).replaceAll('"', "") : text
  return new Set(list.split(",").map((id) => whole(id.trim(), "agent")))
}

/** `low:high` in Unix seconds; must be there. */
export const rangeArgument = (args: Arguments): { readonly tstart: number; readonly tstop: number } => {
  const [low, high, ...rest] = (args.get("range") ?? "").split(":")
  if (low === undefined || high === undefined || rest.length > 0) throw new BadArgument("range")
  return { tstart: whole(low, "range"), tstop: whole(high, "range") }
}

const isAddress = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text)
    ? text.split(".").every((part) => Number(part) <= 255)
    : text.includes(":") && /^[0-9a-f:]{2,39}$/.test(text)

/** At most ten addresses; undefined when left out. */
export const addressArgument = (args: Arguments): ReadonlyArray<string> | undefined => {
  const text = args.get("address")
  if (text === undefined) return undefined
  const addresses = text.split(",").map(addressKey)
  if (addresses.length > 10 || !addresses.every(isAddress)) throw new BadArgument("address")
  return addresses
}

/** The ids a `filter` of the form `NOT IN (a, b)` or `!= a` leaves out; undefined when left out. */
export const filterArgument = (args: Arguments): ReadonlySet<number> | undefined => {
  const text = args.get("filter")
  if (text === undefined) return undefined
  const [, list, one] = /^\s*(?:not\s+in\s*\(([\d\s,]+)\)|!=\s*(\d+))\s*$/i.exec(text) ?? []
  const ids = list ?? one
  if (ids === undefined) throw new BadArgument("filter")
  return new Set(ids.split(",").map((id) => whole(id.trim(), "filter")))
}
