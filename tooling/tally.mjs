// Adds up what vitest wrote for every package of the workspace, names what failed again, as that scrolled away long
// ago, and closes with `N passed, N failed`.
//
// A package that has a test script but left no result counts as one failure: a suite that did not run is not green.
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
let passed = 0
let failed = 0
let skipped = 0

/** Enough of a failure to know it again: its first lines. */
const fail = (file, what, message) => {
  failed += 1
  console.log(
    `\nFAILED ${relative(root, file)}: ${what}\n${message.split("\n").slice(0, 30).join("\n").slice(0, 3_000)}`,
  )
}

for (const manifest of globSync("{packages,apps,tooling}/*/package.json", {
  cwd: root,
  exclude: ["**/node_modules/**"],
})) {
  const { name, scripts } = JSON.parse(readFileSync(join(root, manifest), "utf8"))
  if (scripts?.test === undefined) continue
  const results = join(root, dirname(manifest), ".vitest", "results.json")
  if (!existsSync(results)) {
    fail(join(root, manifest), name, "no test results")
    continue
  }
  const report = JSON.parse(readFileSync(results, "utf8"))
  passed += report.numPassedTests
  skipped += report.numPendingTests + report.numTodoTests
  for (const { name: file, status, message, assertionResults } of report.testResults) {
    const tests = assertionResults.filter((test) => test.status === "failed")
    for (const { fullName, failureMessages } of tests) fail(file, fullName, failureMessages.join("\n"))
    // A file that fails to load, or in its hooks, has no failed test of its own.
    if (status === "failed" && tests.length === 0) fail(file, "the file itself", message)
  }
}
if (skipped > 0) console.log(`${skipped} skipped`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
