export * as EventBatch from "./EventBatch.ts"
export * as EventLog from "./EventLog.ts"
export * as StatusEvent from "./StatusEvent.ts"
export * as Window from "./Window.ts"
