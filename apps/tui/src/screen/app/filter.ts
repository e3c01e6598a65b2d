/**
 * What a filter lets through: words that have to be found in name, team, status or id, thresholds such as `wrap>3m`, and
 * `over`: those that are over a threshold of the floor.
 *
 * Shape    all words have to hold; a word in quotes may have blanks
 */
import * as Alert from "@dwell/core/Alert"
import * as Either from "effect/Either"
import type { Category } from "@dwell/core/Category"

/** What of a row a filter looks at. */
export interface FilterFields {
  readonly agent: number | null
  readonly name: string | null
  readonly team: string | null
  readonly status?: string | null
  readonly category?: Category | null
  readonly since?: number | null
}

export type Filter = (row: FilterFields, now: number) => boolean

/** Whether a visit has gone on for longer than a threshold allows. */
export const isOver = (
  { category, since, status }: Pick<FilterFields, "status" | "category" | "since">,
  { name, seconds }: Alert.Threshold,
  now: number,
): boolean =>
  since !== null &&
  since !== undefined &&
  (name === status || name === category?.toLowerCase()) &&
  now - since > seconds

/** The rows that have outlasted any of some thresholds. */
const over =
  (thresholds: ReadonlyArray<Alert.Threshold>): Filter =>
  (row, now) =>
    thresholds.some((threshold) => isOver(row, threshold, now))

const word = (text: string): Filter => {
  const threshold = Alert.parse(text)
  if (Either.isRight(threshold)) return over([threshold.right])
  const wanted = text.toLowerCase()
  return ({ agent, category, name, status, team }) =>
    [name, team, status, category, agent === null ? null : `${agent}`].some(
      (value) => value?.toLowerCase().includes(wanted) === true,
    )
}

/** The words of a filter; one in quotes is never more than a text, or a threshold of a status with blanks. */
const wordsOf = (text: string): ReadonlyArray<{ readonly text: string; readonly isQuoted: boolean }> =>
  Array.from(text.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain = ""]) => ({
    text: quoted ?? plain,
    isQuoted: quoted !== undefined,
  }))

/** Reads a filter; of an empty one everything passes. With thresholds, `over` is for those that are over one. */
export const parse = (text: string, thresholds: ReadonlyArray<Alert.Threshold> | null = null): Filter => {
  const words = wordsOf(text).map(({ isQuoted, text: one }) =>
    thresholds !== null && !isQuoted && one.toLowerCase() === "over" ? over(thresholds) : word(one),
  )
  return (row, now) => words.every((passes) => passes(row, now))
}

/** Whether a filter lets others through as time passes. */
export const isTimed = (text: string): boolean => />|over/i.test(text)

/** What of a filter looks like a threshold and can't be one; `null` = nothing. */
export const issueOf = (text: string, isFloor: boolean): string | null => {
  const thresholds = wordsOf(text).filter(({ isQuoted, text: one }) => !isQuoted && /[<>]/.test(one))
  const bad = thresholds.find(({ text: one }) => !isFloor || Either.isLeft(Alert.parse(one)))
  if (bad === undefined) return null
  return isFloor ? `${bad.text} is not a threshold such as wrap>3m` : `${bad.text}: only the floor has thresholds`
}
