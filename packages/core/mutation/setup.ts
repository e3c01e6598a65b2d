// Runs before each test file.
import * as fc from "effect/FastCheck"

// That a test fails is all that is asked: a smaller value that fails it too is not looked for.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })
