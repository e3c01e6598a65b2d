import { Lines } from "../components/Lines.tsx"
import { type State } from "../state/State.ts"
import { type Theme } from "../theme.ts"

export const Coverage = (_: { readonly state: State; readonly theme: Theme }) => <Lines lines={["", " To come."]} />
