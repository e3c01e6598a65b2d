/**
 * What the colours and fillings of the staffing curve mean.
 */
import { printable } from "@dwell/terminal/text"
import stringWidth from "string-width"
import { fit } from "../../format.ts"
import type { State } from "../app/state.ts"
import { type Role, type Look, filling } from "../drawing/cells.ts"
import type { Theme } from "../theme.ts"
import type { StaffingAnswer } from "../worker/protocol/answer.ts"
import type { Series } from "./series.ts"

export const decimal = (value: number): string => value.toFixed(1)

/** Parts beside each other, as many as fit on `lines` lines; a mark shows that there are more. */
export const flow = (
  parts: ReadonlyArray<string>,
  lines: number,
  width: number,
  more: string,
): ReadonlyArray<string> => {
  const made: Array<string> = []
  for (const part of parts) {
    const line = made.at(-1)
    if (line !== undefined && stringWidth(line) + 3 + stringWidth(part) <= width - 2) {
      made[made.length - 1] = `${line}   ${part}`
    } else if (made.length === lines) return [...made.slice(0, -1), `${line ?? ""} ${more}`]
    else made.push(` ${part}`)
  }
  return made
}

/** The floor's statuses count as those of the window's end if it is at most this old. */
const freshSeconds = 120

export const titleOf = ({ status }: Pick<Series, "status">): string =>
  status === null ? "untracked" : printable(status)

/** One area of the curve, which is one entry of the legend. */
export interface Area {
  readonly role: Role
  readonly title: string
  readonly statuses: ReadonlyArray<string>
  readonly average: number
}

/** In colours each status is an area; without them those of a category have one filling, and are one area. */
export const areasOf = (series: ReadonlyArray<Series>, look: Look): ReadonlyArray<Area> => {
  const groups = look === "colour" ? series.map((one) => [one]) : Map.groupBy(series, ({ role }) => role).values()
  return Array.from(groups, (group): Area => {
    const role = group[0]?.role ?? "untracked"
    const titles = group.map(titleOf).join(", ")
    return {
      role,
      title: look === "colour" || role === "untracked" ? titles : `${role}: ${titles}`,
      statuses: group.flatMap(({ status }) => status ?? []),
      average: group.reduce((sum, { average }) => sum + average, 0),
    }
  })
}

/** Text in at most `width` cells. */
export const cutTo = (text: string, width: number): string =>
  stringWidth(text) > width ? fit(text, width, "left") : text

/**
 * What colours and fillings mean, in `lines` lines; with the number of agents now, if the window ends now, and the average,
 * if there is room for all of them.
 */
export const legend = (
  state: State,
  answer: StaffingAnswer,
  areas: ReadonlyArray<Area>,
  lines: number,
  theme: Theme,
): ReadonlyArray<string> => {
  const { columns } = state.size
  const floor = state.answers.live?.answer?.floor ?? null
  const isNow = floor !== null && floor.asOf - answer.window.now < freshSeconds
  const nowOf = ({ role, statuses }: Area): ReadonlyArray<string> => {
    const isOf = (status: string | null) => (status === null ? role === "untracked" : statuses.includes(status))
    return isNow ? [`${floor.people.filter(({ status }) => isOf(status)).length} now`] : []
  }
  const flown = (figuresOf: (area: Area) => ReadonlyArray<string>, most: number) =>
    flow(
      areas.map((area) => {
        const figures = figuresOf(area).join(", ")
        const room = Math.max(1, columns - figures.length - "  █   …".length)
        const title = theme.paint(area.role, cutTo(area.title, room))
        return `${theme.paint(area.role, filling(theme.look, area.role))} ${title}${figures === "" ? "" : ` ${figures}`}`
      }),
      most,
      columns,
      theme.marks.ellipsis,
    )
  const whole = flown((area) => [...nowOf(area), `${decimal(area.average)} avg`], Infinity)
  if (whole.length <= lines) return whole
  const now = flown(nowOf, Infinity)
  return now.length <= lines ? now : flown(() => [], lines)
}
