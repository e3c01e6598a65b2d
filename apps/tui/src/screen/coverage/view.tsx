/**
 * Coverage and quality: what is stored, what is missing, and what is odd about the rest, each with what fixes it.
 */
import stringWidth from "string-width"
import { fit } from "../../format.ts"
import { Lines } from "../components/Lines.tsx"
import { keyOf } from "../worker/protocol/question.ts"
import type { Line } from "./line.ts"
import { linesOf, topOf } from "./commands.ts"
import { bodyHeight } from "../app/layout.ts"
import { questionsOf } from "../app/questions.ts"
import type { State } from "../app/state.ts"
import type { Theme } from "../theme.ts"

/** A line in its colours, cut to the width. */
const paintLine = (line: Line, width: number, theme: Theme): string => {
  let room = width
  return line
    .map(([part, text]) => {
      const shown = stringWidth(text) > room ? fit(text, room, "left") : text
      room -= stringWidth(shown)
      return room < 0 ? "" : theme.paint(part, shown)
    })
    .join("")
}

export const Coverage = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const lastAnswer = state.answers.coverage
  const lines = linesOf(state, theme.look !== "ascii")
  if (lastAnswer === undefined || lines.length === 0) {
    return <Lines lines={["", lastAnswer?.problem ? " Nothing is known yet." : " Reading the store ..."]} />
  }
  const height = bodyHeight(state)
  const top = topOf(state, lines.length)
  const shown = lines.slice(top, top + height).map((line) => paintLine(line, state.size.columns, theme))
  const isRenewed = questionsOf(state).some(
    (question) => question._tag === "coverage" && keyOf(question) !== lastAnswer.key,
  )
  const where = `Lines ${top + 1} to ${top + shown.length} of ${lines.length}`
  return (
    <Lines
      lines={[
        ...shown,
        ...Array.from({ length: Math.max(0, height - shown.length) }, () => ""),
        theme.paint("faint", fit(` ${where}${isRenewed ? ", refreshing" : ""}`, state.size.columns, "left")),
      ]}
    />
  )
}
