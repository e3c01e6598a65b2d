/**
 * Buckets of the calendar in words.
 *
 * Shape    with the date if the window has several, the year if it has two, the offset if a clock change repeats a time
 */
import * as Calendar from "@dwell/core/Calendar"
import type { Bucket, ReportAnswer } from "../worker/protocol/answer.ts"
import { monthNames } from "../drawing/month.ts"

/** The size of buckets in words, after "by". */
export const sizeWords: Readonly<Record<Calendar.Size, string>> = {
  PT15M: "15 minutes",
  PT30M: "30 minutes",
  PT1H: "hour",
  P1D: "day",
  P1W: "week",
  P1M: "month",
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

/** `23 Nov`, for a date without a zone. */
const dateWords = (date: Date, isYearSaid: boolean): string => {
  const month = monthNames[date.getUTCMonth()] ?? ""
  return `${date.getUTCDate()} ${month.slice(0, 3)}${isYearSaid ? ` ${date.getUTCFullYear()}` : ""}`
}

const dayMillis = 86_400_000

/** What each bucket is called. */
export const wordsOf = ({
  asked: { bucket: size },
  buckets,
  window: { from, timezone, to },
}: Pick<ReportAnswer, "asked" | "buckets" | "window">): ReadonlyArray<string> => {
  const dateOf = (instant: number) => Calendar.label({ name: timezone }, instant).slice(0, 10)
  const [first, last] = [dateOf(from), dateOf(Math.max(from, to - 1))]
  const isYearSaid = first.slice(0, 4) !== last.slice(0, 4)
  const words = ({ label, start }: Bucket): string => {
    // A clipped bucket is named after the start of the whole bucket, which its label has, except for a week.
    const text = size === "P1W" ? dateOf(start) : label.slice(0, 10)
    const date = new Date(size === "P1M" ? `${text}-01` : text)
    const day = `${weekdays[date.getUTCDay()] ?? ""} ${dateWords(date, isYearSaid)}`
    switch (size) {
      case "P1M":
        return `${monthNames[date.getUTCMonth()] ?? ""} ${date.getUTCFullYear()}`
      case "P1W": {
        const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * dayMillis)
        return `week of ${dateWords(monday, isYearSaid)}`
      }
      case "P1D":
        return day
      default:
        return first === last ? label.slice(11, 16) : `${day} ${label.slice(11, 16)}`
    }
  }
  const all = (buckets ?? []).map((of) => ({ of, text: words(of) }))
  const often = Map.groupBy(all, ({ text }) => text)
  return all.map(({ of, text }) => ((often.get(text)?.length ?? 1) > 1 ? `${text} ${of.label.slice(16)}` : text))
}
