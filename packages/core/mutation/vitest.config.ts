import { fileURLToPath } from "node:url"
import { shared } from "@dwell/testing/vitest"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { testPlaces } from "./mutated.ts"

/** In the order of the places: what is fast and fails often comes first. */
class InOrder extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const placeOf = ({ moduleId }: TestSpecification) =>
      testPlaces.findIndex((place) => moduleId.includes(`/test/${place}`))
    return files.toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}

export default defineConfig({
  test: {
    ...shared,
    include: testPlaces.map((place) => (place.endsWith("/") ? `test/${place}**/*.test.ts` : `test/${place}`)),
    setupFiles: [...shared.setupFiles, fileURLToPath(new URL("setup.ts", import.meta.url))],
    sequence: { sequencer: InOrder },
  },
})
