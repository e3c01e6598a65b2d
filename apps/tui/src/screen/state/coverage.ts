/**
 * Coverage and quality as a person looks at them.
 */
import * as List from "./list.ts"

export interface CoverageState {
  readonly list: List.ListState
}

export const start: CoverageState = { list: List.start }
