/**
 * Alerts: who has been in a status for longer than is wanted.
 *
 * Shape    a breach is one visit that outlasts one threshold; it is the same breach for as long as the visit lasts
 * Units    seconds
 * Fails    `InvalidInput`, naming what of a threshold can't be used
 */
import * as Either from "effect/Either"
import * as Category from "../Category.ts"
import { InvalidInput } from "../InvalidInput.ts"
import type { CurrentStatus } from "../interval/Snapshot.ts"

export interface Threshold {
  /** A status, or a category: then every status in it. Lower-case. */
  readonly name: string
  /** A visit that lasts longer is a breach. */
  readonly seconds: number
}

export interface Breach {
  /** Of threshold, agent and the visit's begin: two breaches are one if their keys are the same. */
  readonly key: string
  readonly threshold: Threshold
  readonly standing: CurrentStatus
  /** When the visit had lasted longer than wanted. */
  readonly at: number
}

/** What is in breach, and what comes next. */
export interface Watch {
  /** In the order of thresholds, then of standings. */
  readonly breaches: ReadonlyArray<Breach>
  /** When the next breach happens, if nobody changes status; `null` when none can. */
  readonly nextAt: number | null
}

const units = { d: 86_400, h: 3600, m: 60, s: 1 } as const

/** The seconds of `1h30m`; `undefined` where it is not a length of time, or none at all. */
const secondsOf = (text: string): number | undefined => {
  const parts = /^(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<m>\d+)m)?(?:(?<s>\d+)s)?$/.exec(text)?.groups
  if (parts === undefined) return undefined
  const seconds = Object.entries(units).reduce((sum, [unit, length]) => sum + Number(parts[unit] ?? 0) * length, 0)
  return seconds > 0 && Number.isSafeInteger(seconds) ? seconds : undefined
}

/**
 * Reads a threshold: a status or a category, `>`, and a length of time in days, hours, minutes and seconds.
 *
 * @example
 * Either.getOrThrow(Alert.parse("available>1h30m")) // => { name: 'available', seconds: 5400 }
 */
export const parse = (text: string): Either.Either<Threshold, InvalidInput> => {
  const refuse = (issue: string) =>
    Either.left(
      new InvalidInput({
        what: `alert ${JSON.stringify(text)}`,
        issue,
        remedy: "Give a status or a category and a length of time, such as wrap>3m or available>1h30m.",
      }),
    )
  const at = text.lastIndexOf(">")
  if (at < 0) return refuse("it has no >")
  const name = text.slice(0, at).trim().toLowerCase()
  if (name === "") return refuse("it names no status before the >")
  const length = text.slice(at + 1).trim()
  const seconds = secondsOf(length.toLowerCase())
  if (seconds === undefined) return refuse(`"${length}" is not a length of time`)
  return Either.right({ name, seconds })
}

/**
 * Writes a threshold as `parse` reads it, with the largest units that it has.
 *
 * @example
 * Alert.text({ name: "available", seconds: 5400 }) // => 'available>1h30m'
 */
export const text = ({ name, seconds }: Threshold): string => {
  let rest = seconds
  const parts = Object.entries(units).map(([unit, length]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return count === 0 ? "" : `${count}${unit}`
  })
  return `${name}>${parts.join("")}`
}

/**
 * Who has been in a status for longer than wanted, at an instant; each breach once, however often its threshold is given.
 *
 * @example
 * const standing = { agent: 7, status: "wrap", subcode: "", callid: 0n, uid: 1n, since: 150, visitSince: 100, isVisitWhole: true, until: null }
 * Alert.breaches([{ name: "wrap", seconds: 180 }], [standing], 200).nextAt // => 281
 */
export const breaches = (
  thresholds: ReadonlyArray<Threshold>,
  standings: ReadonlyArray<CurrentStatus>,
  now: number,
  table: Category.Table = Category.defaults,
): Watch => {
  const found = new Map<string, Breach>()
  let nextAt: number | null = null
  for (const threshold of thresholds) {
    for (const standing of standings) {
      const { agent, status, visitSince } = standing
      if (threshold.name !== status && threshold.name !== Category.of(table, status).toLowerCase()) continue
      const at = visitSince + threshold.seconds + 1
      const key = `${threshold.name}>${threshold.seconds} ${agent} ${visitSince}`
      if (at <= now) found.set(key, { key, threshold, standing, at })
      else nextAt = Math.min(nextAt ?? at, at)
    }
  }
  return { breaches: [...found.values()], nextAt }
}

/** Those breaches that were not there before: what to tell of, once each. */
export const fresh = (before: ReadonlyArray<Breach>, now: ReadonlyArray<Breach>): ReadonlyArray<Breach> => {
  const known = new Set(before.map(({ key }) => key))
  return now.filter(({ key }) => !known.has(key))
}
