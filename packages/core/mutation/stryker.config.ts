// Breaks the code in one place at a time and looks whether a test notices. docs/contributing.md says how to run it.
import { name, sources } from "./mutated.ts"

export default {
  plugins: [import.meta.resolve("@stryker-mutator/vitest-runner")],
  testRunner: "vitest",
  vitest: { configFile: "mutation/vitest.config.ts" },
  mutate: [sources],
  coverageAnalysis: "perTest",
  // What runs only while a module is loaded would need every test for every mutant.
  ignoreStatic: true,
  concurrency: 1,
  // Only against loops without an end: a busy machine is no failure.
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 60,
  // As deep in the repository as the package itself would be without its folder: tests find docs/ from there.
  tempDirName: "../../.mutation",
  cleanTempDir: "always",
  // Stryker reads this file with the programming interface of TypeScript 6. Nothing of it matters here.
  tsconfigFile: "none",
  disableTypeChecks: false,
  // The next run tries only what has changed since, or has new tests.
  incremental: true,
  incrementalFile: `.mutation/${name}.incremental.json`,
  reporters: ["clear-text", "progress-append-only", "json", "html"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `.mutation/${name}.json` },
  htmlReporter: { fileName: `.mutation/${name}.html` },
}
