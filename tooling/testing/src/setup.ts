// Runs before each test file, once more for every file.
import * as fc from "effect/FastCheck"
import { afterAll } from "vitest"
import { runs } from "./effort.ts"
import { closeAll } from "./resources.ts"

// Else each run would try values of its own, and a failure could not be seen again.
fc.configureGlobal({ seed: 20_251_124, numRuns: runs(30) })

afterAll(closeAll)
