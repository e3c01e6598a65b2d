/**
 * The screens as one React component: a state, the events that change it, and the screen that shows it.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { useApp, useInput, usePaste, useWindowSize } from "ink"
import { useEffect, useMemo, useReducer } from "react"
import type { WorkerClient } from "./worker/client.ts"
import { keysOf } from "./keyNames.ts"
import { Screen } from "./Screen.tsx"
import { Lines } from "./components/Lines.tsx"
import { screenReaderLines } from "./screenReader.ts"
import { questionsOf } from "./app/questions.ts"
import { type Event, start, type Settings } from "./app/state.ts"
import * as Export from "./app/export.ts"
import { update } from "./app/update.ts"
import { make, type Terminal } from "./theme.ts"
import { useWorker } from "./app/useWorker.ts"
import { useExport } from "./app/useExport.tsx"

export interface AppProps {
  readonly worker: WorkerClient
  readonly settings: Omit<Settings, "size">
  readonly terminal: Terminal
  /** Events that no key makes: seconds that pass. */
  readonly events: Stream.Stream<Event>
  /** For a screen reader. */
  readonly isSpoken?: boolean
}

export const App = ({ worker, events, isSpoken = false, settings, terminal }: AppProps) => {
  const { exit } = useApp()
  const { columns, rows } = useWindowSize()
  const [state, dispatch] = useReducer(update, { ...settings, size: { columns, rows } }, start)

  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) dispatch({ _tag: "key", key: pressed })
  })
  usePaste((text) => dispatch({ _tag: "pasted", text }))
  useEffect(() => {
    const fiber = Effect.runFork(Stream.runForEach(events, (event) => Effect.sync(() => dispatch(event))))
    return () => void Effect.runFork(Fiber.interrupt(fiber))
  }, [events])
  useEffect(() => dispatch({ _tag: "resized", size: { columns, rows } }), [columns, rows])
  useEffect(() => {
    if (state.isLeaving) exit()
  }, [state.isLeaving])
  useWorker(worker, [...questionsOf(state), ...Export.questionsOf(state)], dispatch)
  const theme = useMemo(() => make(state.theme, terminal), [state.theme, terminal])
  useExport(state, theme, dispatch)

  if (isSpoken) return <Lines lines={screenReaderLines(state)} />
  return <Screen state={state} theme={theme} />
}
