/**
 * A filter of rows: words that name, team, status or id must have, thresholds such as `wrap>3m`, and `over` for agents over a
 * threshold of the floor.
 *
 * Shape    all words have to hold; a word in quotes may have blanks
 */
import * as Alert from "@dwell/core/Alert"
import * as Either from "effect/Either"
import type { Category } from "@dwell/core/Category"

/** The fields of a row that a filter looks at. */
export interface FilterFields {
  readonly agent: number | null
  readonly name: string | null
  readonly team: string | null
  readonly status?: string | null
  readonly category?: Category | null
  readonly since?: number | null
}

export type Filter = (row: FilterFields, now: number) => boolean

/** Whether a visit is longer than a threshold. */
export const isOver = (
  { category, since, status }: Pick<FilterFields, "status" | "category" | "since">,
  { name, seconds }: Alert.Threshold,
  now: number,
): boolean =>
  since !== null &&
  since !== undefined &&
  (name === status || name === category?.toLowerCase()) &&
  now - since > seconds

/** Passes rows that are over at least one of the thresholds. */
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

/** Parses a filter; an empty one passes everything. With thresholds, `over` passes rows that are over one. */
export const parse = (text: string, thresholds: ReadonlyArray<Alert.Threshold> | null = null): Filter => {
  const words = wordsOf(text).map(({ isQuoted, text: one }) =>
    thresholds !== null && !isQuoted && one.toLowerCase() === "over" ? over(thresholds) : word(one),
  )
  return (row, now) => words.every((passes) => passes(row, now))
}

/** Whether the result of a filter changes as time passes. */
export const isTimed = (text: string): boolean => />|over/i.test(text)

/** What is wrong with a threshold in a filter; `null` = nothing. */
export const issueOf = (text: string, isFloor: boolean): string | null => {
  const thresholds = wordsOf(text).filter(({ isQuoted, text: one }) => !isQuoted && /[<>]/.test(one))
  const bad = thresholds.find(({ text: one }) => !isFloor || Either.isLeft(Alert.parse(one)))
  if (bad === undefined) return null
  return isFloor ? `${bad.text} is not a threshold such as wrap>3m` : `${bad.text}: only the floor has thresholds`
}
