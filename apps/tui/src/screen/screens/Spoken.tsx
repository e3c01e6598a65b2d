/**
 * The screens for a screen reader.
 */
import { Lines } from "../components/Lines.tsx"
import { spoken } from "../screenReader.ts"
import type { State } from "../app/state.ts"

export const Spoken = ({ state }: { readonly state: State }) => <Lines lines={spoken(state)} />
