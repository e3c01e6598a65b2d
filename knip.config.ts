// Unused files, exports and dependencies. A package's public modules are its `exports`, so they are read from there.
import { globSync, readFileSync } from "node:fs"
import { type KnipConfig } from "knip"

const publicModules = (folder: string): Array<string> => {
  const manifest: unknown = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"))
  return [...JSON.stringify(manifest).matchAll(/"import":"\.\/dist\/([^"]+)\.js"/g)].map(([, path]) => `src/${path}.ts`)
}

const packageAt = (folder: string) => ({
  entry: [...publicModules(folder), "examples/*.ts"],
  project: ["src/**/*.ts", "test/**/*.ts", "examples/*.ts"],
})

const config: KnipConfig = {
  rules: { cycles: "error" },
  // @effect/language-service is the name @effect/tsgo goes by in tsconfig.
  ignoreDependencies: ["@effect/language-service"],
  workspaces: {
    ".": {
      entry: ["tooling/*.mjs"],
      project: ["tooling/*.mjs"],
      ignoreDependencies: ["node", "pnpm", "oxlint-tsgolint"],
    },
    ...Object.fromEntries(globSync("packages/*").map((folder) => [folder, packageAt(folder)])),
    "apps/tui": { entry: ["src/main.ts", "build.mjs"], project: ["src/**/*.ts", "test/**/*.ts"] },
    "tooling/checks": { entry: ["src/*.ts"], project: ["src/**/*.ts", "test/**/*.ts"] },
  },
}

export default config
