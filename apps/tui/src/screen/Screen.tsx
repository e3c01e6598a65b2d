/**
 * The screen that a state shows, with its overlay.
 */
import { Frame } from "./components/Frame.tsx"
import { Lines, Unicode } from "./components/Lines.tsx"
import { overlayLines } from "./overlays/overlay.ts"
import { promptLine } from "./components/promptLine.ts"
import { minSize } from "./app/layout.ts"
import type { State } from "./app/state.ts"
import type { Theme } from "./theme.ts"
import { Agent } from "./agent/view.tsx"
import { Connect } from "./connect/view.tsx"
import { Coverage } from "./coverage/view.tsx"
import { Floor } from "./floor/view.tsx"
import { Report } from "./report/view.tsx"
import { Staffing } from "./staffing/view.tsx"

const Body = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  switch (state.screen) {
    case "floor":
      return <Floor state={state} theme={theme} />
    case "report":
      return <Report state={state} theme={theme} />
    case "agent":
      return <Agent state={state} theme={theme} />
    case "staffing":
      return <Staffing state={state} theme={theme} />
    case "coverage":
      return <Coverage state={state} theme={theme} />
    case "connect":
      return <Connect state={state} theme={theme} />
  }
}

export const Screen = ({ state, theme }: { readonly state: State; readonly theme: Theme }) => {
  const { columns, rows } = state.size
  if (columns < minSize.columns || rows < minSize.rows) {
    const text = `Too small: ${columns}x${rows}. Dwell needs ${minSize.columns}x${minSize.rows}; q quits.`
    return <Lines lines={[text]} />
  }
  const over = overlayLines(state, theme)
  const line = promptLine(state, theme)
  return (
    <Unicode value={theme.look !== "ascii"}>
      <Frame state={state} theme={theme} {...(line === null ? {} : { footing: <Lines lines={[line]} /> })}>
        {over === null ? <Body state={state} theme={theme} /> : <Lines lines={over} />}
      </Frame>
    </Unicode>
  )
}
