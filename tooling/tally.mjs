// Adds up what vitest wrote for every package of the workspace and closes with `N passed, N failed`.
//
// A package that has a test script but left no result counts as one failure: a suite that did not run is not green.
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
let passed = 0
let failed = 0
let skipped = 0
for (const manifest of globSync("{packages,apps,tooling}/*/package.json", {
  cwd: root,
  exclude: ["**/node_modules/**"],
})) {
  const { name, scripts } = JSON.parse(readFileSync(join(root, manifest), "utf8"))
  if (scripts?.test === undefined) continue
  const results = join(root, dirname(manifest), ".vitest", "results.json")
  if (!existsSync(results)) {
    console.error(`${name}: no test results`)
    failed += 1
    continue
  }
  const report = JSON.parse(readFileSync(results, "utf8"))
  passed += report.numPassedTests
  failed += report.numFailedTests
  skipped += report.numPendingTests + report.numTodoTests
  // A file that fails to load has no failed test of its own.
  failed += report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length
}
if (skipped > 0) console.log(`${skipped} skipped`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
