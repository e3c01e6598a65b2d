/**
 * A month of the local calendar, to pick days from.
 *
 * Shape    weeks from Monday, seven days each; a day is `[start, end)`, as long as the local day is; one that the zone
 *          left out has no label and no length
 * Units    instants in Unix seconds
 * Cost     some 200 microseconds
 */
import * as Calendar from "@dwell/core/Calendar"
import type { Window } from "@dwell/core/Window"

export interface Day {
  /** The day of the month. */
  readonly label: string
  readonly start: number
  readonly end: number
  readonly isInMonth: boolean
  readonly isSelected: boolean
  readonly isCursor: boolean
  readonly isToday: boolean
}

export interface Month {
  readonly title: string
  readonly weeks: ReadonlyArray<ReadonlyArray<Day>>
}

const daySeconds = 86_400

/** Days since 1970-01-01, which was a Thursday. */
const numberOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1000 / daySeconds

const dateOf = (day: number): string => new Date(day * daySeconds * 1000).toISOString().slice(0, 10)

const mondayOf = (day: number): number => Math.floor((day + 3) / 7) * 7 - 3

const localDate = (zone: Calendar.Zone, instant: number): string => Calendar.label(zone, instant).slice(0, 10)

/** The local days of some days in a row, by date. */
const daysOf = (zone: Calendar.Zone, first: number, last: number): ReadonlyMap<string, Calendar.BucketEdge> => {
  // No local day starts or ends two days or more from the day of the same date in UTC.
  const window = { from: (first - 2) * daySeconds, to: (last + 3) * daySeconds }
  return new Map(Calendar.buckets(zone, window, "P1D").map((day) => [day.label, day]))
}

export const monthNames = "January February March April May June July August September October November December".split(
  " ",
)

/** The weeks with days in the month of the instant `anchor`. */
export const month = ({
  anchor,
  cursor,
  selected,
  today,
  zone,
}: {
  readonly zone: Calendar.Zone
  readonly anchor: number
  /** Days that overlap it are selected. */
  readonly selected?: Window
  readonly cursor: number
  readonly today: number
}): Month => {
  const name = localDate(zone, anchor).slice(0, 7)
  const [year = 0, index = 0] = name.split("-").map(Number)
  const first = mondayOf(numberOf(`${name}-01`))
  const last = mondayOf(Date.UTC(year, index, 0) / 1000 / daySeconds) + 6
  const days = daysOf(zone, first, last)
  let end = days.get(dateOf(first))?.start ?? anchor
  const dayOf = (number: number): Day => {
    const date = dateOf(number)
    const found = days.get(date)
    const start = found?.start ?? end
    end = found?.end ?? end
    const holds = (instant: number) => start <= instant && instant < end
    return {
      label: found === undefined ? "" : String(Number(date.slice(8))),
      start,
      end,
      isInMonth: date.startsWith(name),
      isSelected: start < end && selected !== undefined && start < selected.to && selected.from < end,
      isCursor: holds(cursor),
      isToday: holds(today),
    }
  }
  return {
    title: `${monthNames[index - 1] ?? ""} ${year}`,
    weeks: Array.from({ length: (last + 1 - first) / 7 }, (_, week) =>
      Array.from({ length: 7 }, (__, weekday) => dayOf(first + 7 * week + weekday)),
    ),
  }
}

/** The same day some months later, or the last day of a shorter month. */
const addMonths = (date: string, months: number): number => {
  const [year = 0, index = 0, day = 0] = date.split("-").map(Number)
  const last = new Date(Date.UTC(year, index + months, 0)).getUTCDate()
  return Date.UTC(year, index - 1 + months, Math.min(day, last)) / 1000 / daySeconds
}

/**
 * The first instant of the local day that is `steps` days, weeks or months after the day of the cursor, or before it if
 * `steps` is negative; a day that the zone left out is skipped.
 */
export const shiftDay = (zone: Calendar.Zone, cursor: number, by: "day" | "week" | "month", steps: number): number => {
  const date = localDate(zone, cursor)
  const target = by === "month" ? addMonths(date, steps) : numberOf(date) + steps * (by === "week" ? 7 : 1)
  const days = daysOf(zone, target - 1, target + 1)
  const found = days.get(dateOf(target)) ?? days.get(dateOf(target + (steps < 0 ? -1 : 1)))
  return found?.start ?? cursor
}
