/**
 * Starts Swagger UI, which another script of the page has brought.
 */
interface Settings {
  readonly url: string
  readonly dom_id: string
  readonly deepLinking: boolean
  readonly validatorUrl: null
}

declare global {
  interface Window {
    readonly SwaggerUIBundle?: (settings: Settings) => unknown
  }
}

const load = (src: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = src
    script.addEventListener("load", () => resolve())
    script.addEventListener("error", () => reject(new Error(`${src} did not load`)))
    document.head.append(script)
  })

await load("/assets/swagger/swagger-ui-bundle.js")
// An address of a problem is none of the operations.
const deepLinking = location.hash === "" || location.hash.startsWith("#/")
window.SwaggerUIBundle?.({ url: "/openapi.json", dom_id: "#reference", deepLinking, validatorUrl: null })
