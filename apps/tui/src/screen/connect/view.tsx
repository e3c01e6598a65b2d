/**
 * The form that connects an account, and the steps of its test.
 */
import { printable, wrapped } from "@dwell/terminal/text"
import { fit } from "../../format.ts"
import { Lines } from "../components/Lines.tsx"
import { field as line, passwordField } from "../components/promptLine.ts"
import { keyOf } from "../worker/protocol/question.ts"
import type { ConnectStep } from "../worker/protocol/answer.ts"
import type { Problem } from "../worker/protocol/problem.ts"
import { actorTexts } from "../app/banners.ts"
import { type Field, fields, issueOf, titles, valueOf } from "./state.ts"
import { innerHeight } from "../app/layout.ts"
import type { State } from "../app/state.ts"
import type { Theme } from "../theme.ts"

/** What to type into a field. */
const hints: Readonly<Record<Field, string>> = {
  region: "eu if you log in at app.easycontactnow.com, us at app.contactnow.8x8.com; or a base URL",
  username: "the API user name, from 8x8",
  password: "the API key",
  account: "its name here; an existing account keeps its other settings",
  timezone: "IANA name, such as Europe/London; empty: unchanged, or this machine's",
}

const titleWidth = Math.max(...Object.values(titles).map(({ length }) => length))

const fieldLine = ({ connect, size }: State, name: Field, theme: Theme): string => {
  const isHere = connect.field === name
  const input = connect.values[name]
  const text = name === "password" ? passwordField(input, isHere, theme) : isHere ? line(input, theme) : input.text
  const used = 4 + titleWidth + 2
  // Only hints are cut, never what a person types.
  const shown = name === "password" ? 9 : Array.from(input.text).length + 1
  const issue = issueOf(connect, name)
  const isWrong = issue !== null && (input.text !== "" || connect.attempt > 0)
  const says = isWrong ? `${theme.marks.cross} ${issue}` : isHere ? hints[name] : ""
  const room = Math.max(0, size.columns - used - Math.max(16, shown) - 2)
  const mark = isHere ? theme.paint("accent", theme.marks.cursor) : " "
  const title = theme.paint(isHere ? "title" : "faint", fit(titles[name], titleWidth, "left"))
  const blank = " ".repeat(Math.max(0, 16 - shown))
  return ` ${mark} ${title}  ${text}${blank}  ${room < 8 ? "" : theme.paint(isWrong ? "alarm" : "faint", fit(says, room, "left"))}`
}

const marked = ({ state }: ConnectStep, theme: Theme): string => {
  switch (state) {
    case "done":
      return theme.paint("good", theme.marks.check)
    case "failed":
      return theme.paint("alarm", theme.marks.cross)
    case "running":
      return theme.paint("accent", theme.marks.cursor)
    case "waiting":
      return theme.paint("faint", theme.marks.dot)
  }
}

const stepWidth = 12

const stepLine = (step: ConnectStep, width: number, theme: Theme): string => {
  const text = step.state === "running" ? "..." : printable(step.text)
  return ` ${marked(step, theme)} ${fit(step.name, stepWidth, "left")} ${fit(text, Math.max(0, width - stepWidth - 5), "left")}`
}

const problemLines = ({ actor, message, title }: Problem, width: number, theme: Theme): ReadonlyArray<string> =>
  wrapped([`${title}.`, message, actorTexts[actor]].join(" ").trim(), width - 2).map(
    (text) => ` ${theme.paint("alarm", text)}`,
  )

/** The command that does the same as the form. */
const command = ({ connect }: State): string => {
  const region = valueOf(connect, "region")
  const account = valueOf(connect, "account")
  const timezone = valueOf(connect, "timezone")
  return [
    "dwell login",
    ...(region === "eu" ? [] : [region.includes("/") ? `--base-url ${region}` : `--region ${region}`]),
    ...(account === "main" ? [] : [`--account ${account}`]),
    ...(timezone === "" ? [] : [`--tz ${timezone}`]),
  ].join(" ")
}

const notes = (state: State, theme: Theme): ReadonlyArray<string> => {
  const account = state.answers.live?.answer?.account
  const source = account?.kind === "account" ? account.source : undefined
  const now = source === undefined ? [] : [`The current figures are read with credentials from ${printable(source)}.`]
  return [
    `Enter moves on, and tests on the last field; ctrl-s tests at once. Dwell stores what works, readable only by you.`,
    `The same on the command line: ${command(state)}`,
    ...now,
  ].flatMap((text) => wrapped(text, state.size.columns - 2).map((part) => theme.paint("faint", ` ${part}`)))
}

/** The lines of the form. If there is little room, the test comes before the notes. */
const linesOf = (state: State, theme: Theme): ReadonlyArray<string> => {
  const { columns } = state.size
  const height = innerHeight(state)
  const { testing } = state.connect
  const lastAnswer = state.answers.connect
  // Earlier steps are not those of a test that has just started.
  const isOutdated = testing !== null && lastAnswer?.key !== keyOf(testing)
  const { answer = null, problem = null } = isOutdated ? {} : (lastAnswer ?? {})
  const form = fields.map((name) => fieldLine(state, name, theme))
  const steps = isOutdated
    ? [` ${theme.paint("accent", theme.marks.cursor)} Testing ...`]
    : (answer?.steps ?? []).map((step) => stepLine(step, columns, theme))
  const wrong = problem ?? answer?.problem ?? null
  const said = wrong === null ? [] : problemLines(wrong, columns, theme)
  const blank = (lines: ReadonlyArray<string>) => (lines.length === 0 ? [] : ["", ...lines])
  const wide = ["", ...form, ...blank(steps), ...blank(said), ...blank(notes(state, theme))]
  if (wide.length <= height) return wide
  const narrow = [...form, ...steps, ...said, ...notes(state, theme)]
  if (form.length + steps.length + said.length <= height) return narrow.slice(0, height)
  const here = form[fields.indexOf(state.connect.field)] ?? ""
  return [here, ...said, ...steps].slice(0, height)
}

export const Connect = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => (
  <Lines lines={linesOf(state, theme)} />
)
