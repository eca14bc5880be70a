export { DELIVERY_STATES, type Delivery } from './delivery-queue.ts'
export {
  createEndpoint,
  deleteEndpoint,
  type Endpoint,
  FORMATS,
  findEndpoint,
  listEndpoints,
  ROTATION_MS,
  rotateSecret,
  writeEndpoint,
} from './endpoint.ts'
export { type EndpointHealth, endpointOf } from './endpoint-stub.ts'
export { announcement, cloudEvent, EVENT_TYPES, type Message, matches } from './event.ts'
export { forgetOldEvents, readEvents, shown } from './event-log.ts'
export { feedOf, LISTENER_HEADER, type Listener } from './feed-stub.ts'
export { publish } from './publish.ts'
export { refusalOfTarget } from './safe-target.ts'
