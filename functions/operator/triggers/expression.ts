/** CEL, kept small: what an operator writes runs for every call of strangers, so its cost must have a bound. */
import {
  type ASTNode,
  TypeError as CelTypeError,
  Environment,
  EvaluationError,
  ParseError,
} from '@marcbachmann/cel-js'
import { Fault } from '../../../shared/fault.ts'

/** An expression that cannot be taken, or that failed on a body. */
export class ExpressionFault extends Fault {
  readonly code = 'expression'
}

export const LONGEST_EXPRESSION = 2000
const LIMITS = {
  maxAstNodes: 256,
  maxDepth: 24,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 16,
}
/** Values of an expression with more elements than this are refused, as are lists that it goes through. */
const MOST_ELEMENTS = 500
/** Parts of an expression that is evaluated for each element: any of them may read the whole body. */
const MOST_PARTS_EACH = 24
/** Elements of the longest list times characters of the longest text in a body, for expressions that go through a list. */
const MOST_WORK = 2_000_000

/** Macros that go through a list: one inside another multiplies. */
const GOING_THROUGH = new Set(['map', 'filter', 'all', 'exists', 'exists_one'])
/** `matches`: regular expressions can take for ever. `bind`: can double a value with every name. */
const FORBIDDEN = new Set(['matches', 'bind'])
/** Make a longer list or text of what a caller sends: not for each element, nor to go through. */
const GROWING = new Set(['split', 'join'])
/** Their time is the product of both texts, so a caller must not choose both. */
const SEARCHING = new Set(['contains', 'indexOf', 'lastIndexOf', 'split'])

const environment = new Environment({ limits: LIMITS })
  .registerVariable('body', 'dyn')
  .registerVariable('now', 'google.protobuf.Timestamp')

/** What an expression sees. */
export interface Seen {
  readonly body: unknown
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** @throws {ExpressionFault} when it is too long, too deep, forbidden, or no CEL */
export function checkExpression(text: string): void {
  parse(text)
}

function parse(text: string) {
  if (text.length > LONGEST_EXPRESSION) {
    throw new ExpressionFault(`has more than ${LONGEST_EXPRESSION} characters`)
  }
  const parsed = attempt(() => environment.parse(text))
  checkNode(parsed.ast, false)
  return parsed
}

function checkNode(node: ASTNode, goesThrough: boolean): void {
  const name = node.op === 'rcall' || node.op === 'call' ? node.args[0] : ''
  if (FORBIDDEN.has(name)) throw new ExpressionFault(`uses ${name}, which is not allowed`)
  if (SEARCHING.has(name) && !searchesForConstant(node)) {
    throw new ExpressionFault(`uses ${name} for something else than a constant`)
  }
  if (goesThrough && GROWING.has(name)) throw new ExpressionFault(`uses ${name} where it goes through a list`)
  const goes = GOING_THROUGH.has(name)
  if (goes && goesThrough) throw new ExpressionFault('goes through a list inside another')
  if (goes && partsOf(node) > MOST_PARTS_EACH) {
    throw new ExpressionFault(`does more than ${MOST_PARTS_EACH} things for each element of a list`)
  }
  for (const inner of nodesIn(node.args)) checkNode(inner, goesThrough || goes)
}

function searchesForConstant(node: ASTNode): boolean {
  return node.op === 'rcall' && node.args[2].every(({ op }) => op === 'value')
}

function partsOf(node: ASTNode): number {
  return nodesIn(node.args).reduce((sum, inner) => sum + partsOf(inner), 1)
}

function goesThroughList(node: ASTNode): boolean {
  const isMacro = node.op === 'rcall' && GOING_THROUGH.has(node.args[0])
  return isMacro || nodesIn(node.args).some(goesThroughList)
}

function nodesIn(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn)
  return typeof value === 'object' && value !== null && 'op' in value ? [value as ASTNode] : []
}

/** The value as JSON. @throws {ExpressionFault} when it fails on this body, or gives too much */
export function evaluate(text: string, { body, now }: Seen): unknown {
  const parsed = parse(text)
  return attempt(() => {
    checkSize(body, goesThroughList(parsed.ast))
    return toJson(parsed({ body, now: new Date(now) }))
  })
}

function attempt<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    // RangeError: a text, a time or a depth that JavaScript does not have.
    const isForeseen = [ParseError, EvaluationError, CelTypeError, RangeError].some(
      (kind) => error instanceof kind,
    )
    if (!isForeseen || !(error instanceof Error)) throw error
    throw new ExpressionFault(error.message.split('\n')[0] ?? 'failed', { cause: error })
  }
}

/** Lists are what an expression's time grows with, and the texts that it reads for each of their elements. */
function checkSize(body: unknown, goesThrough: boolean): void {
  const { elements, characters } = largestIn(body)
  if (elements > MOST_ELEMENTS) {
    throw new ExpressionFault(`the body holds a list or object of more than ${MOST_ELEMENTS} elements`)
  }
  if (goesThrough && elements * characters > MOST_WORK) {
    throw new ExpressionFault('the body holds a list and a text that are too long together')
  }
}

interface Largest {
  readonly elements: number
  readonly characters: number
}

function largestIn(value: unknown): Largest {
  if (typeof value === 'string') return { elements: 0, characters: value.length }
  if (typeof value !== 'object' || value === null) return { elements: 0, characters: 0 }
  const inner = Object.values(value)
  const start: Largest = { elements: inner.length, characters: 0 }
  return inner.map(largestIn).reduce(
    (most, each) => ({
      elements: Math.max(most.elements, each.elements),
      characters: Math.max(most.characters, each.characters),
    }),
    start,
  )
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    if (value.length > MOST_ELEMENTS) throw new ExpressionFault(`gives more than ${MOST_ELEMENTS} elements`)
    return value.map(toJson)
  }
  if (value instanceof Map) return toJson(Object.fromEntries(value))
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, toJson(each)]))
  }
  throw new ExpressionFault('gives a value that JSON does not have')
}
