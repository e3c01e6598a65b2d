// Shows that the store in memory, which stands in for the others, does what every store does.
import { layerMemory } from "../../src/store/EventStore.ts"
import { suite } from "./suite.ts"

suite("in memory", layerMemory)
