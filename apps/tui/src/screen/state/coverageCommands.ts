/**
 * What keys do on coverage and quality.
 */
import { type Command } from "../keys.ts"
import { type State } from "./State.ts"

export const commanded = (state: State, _: Command): State => state
