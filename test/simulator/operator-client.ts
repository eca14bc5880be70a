/** An operator's own program, as far as the story needs one: calls the REST API and throws what it answers wrong. */
import type { OperationView } from '../../functions/euicc/operation.ts'

export class OperatorClient {
  readonly #url: string
  readonly #apiKey: string

  constructor(url: string, apiKey: string) {
    this.#url = url
    this.#apiKey = apiKey
  }

  async call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    if (body === undefined) return this.#send<T>(method, path, headers)
    return this.#send<T>(
      method,
      path,
      { 'Content-Type': 'application/json', ...headers },
      JSON.stringify(body),
    )
  }

  /** For rows, which are not JSON. */
  importRows<T>(csv: string): Promise<T> {
    return this.#send<T>('POST', '/v1/imports', { 'Content-Type': 'text/csv' }, csv)
  }

  async #send<T>(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { Authorization: `Bearer ${this.#apiKey}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return JSON.parse(text === '' ? 'null' : text) as T
  }

  operate(eid: string, type: string, params: object = {}, more: object = {}): Promise<OperationView> {
    return this.call('POST', '/v1/operations', { eid, type, params, ...more })
  }

  operation(id: string): Promise<OperationView> {
    return this.call('GET', `/v1/operations/${id}`)
  }
}
