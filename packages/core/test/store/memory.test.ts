import { layerMemory } from "../../src/store/EventStore.ts"
import { suite } from "./suite.ts"

suite("in memory", layerMemory, 12)
