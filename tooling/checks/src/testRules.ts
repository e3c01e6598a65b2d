/**
 * Rules of the house for tests that the linter does not bring: what reads the machine's clock fails on another day, and
 * what waits for it fails on a busy machine.
 *
 * Shape    a plugin of oxlint; `.oxlintrc.json` turns its rules on
 */

interface Name {
  readonly type: string
  /** Of an identifier. */
  readonly name?: string
  /** Of a text. */
  readonly value?: unknown
}

interface Call {
  readonly callee: Name
  readonly arguments: ReadonlyArray<unknown>
}

interface ImportDeclaration {
  readonly source: { readonly value: string }
  readonly specifiers: ReadonlyArray<{ readonly imported?: Name }>
}

interface Context {
  readonly report: (problem: { readonly node: unknown; readonly message: string }) => void
}

const isDate = ({ callee }: Call): boolean => callee.type === "Identifier" && callee.name === "Date"

const now = "new Date() is now: give the test a moment of its own."

/** `new Date()` and `Date()`, whatever its arguments, are now. */
const noDateOfNow = {
  create: (context: Context) => ({
    NewExpression: (node: Call) => {
      if (isDate(node) && node.arguments.length === 0) context.report({ node, message: now })
    },
    CallExpression: (node: Call) => {
      if (isDate(node)) context.report({ node, message: now })
    },
  }),
}

const timers = /^(?:node:)?timers(?:\/promises)?$/
const waits: ReadonlySet<unknown> = new Set(["setTimeout", "setInterval", "scheduler"])

/** Timers that are imported; a rule of the linter's own has those that are global. */
const noTimers = {
  create: (context: Context) => ({
    ImportDeclaration: ({ source, specifiers }: ImportDeclaration) => {
      if (!timers.test(source.value)) return
      for (const specifier of specifiers) {
        // What imports the whole module has no name there.
        const { imported } = specifier
        if (imported !== undefined && !waits.has(imported.name ?? imported.value)) continue
        context.report({ node: specifier, message: "Wait for what is to happen, not for time to pass." })
      }
    },
  }),
}

export default {
  meta: { name: "house" },
  rules: { "no-date-of-now": noDateOfNow, "no-timers": noTimers },
}
