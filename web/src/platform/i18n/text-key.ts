import i18next from 'i18next'
import type { CustomTypeOptions } from 'i18next'

type Resources = CustomTypeOptions extends { resources: infer R } ? R : never
type Leaf<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaf<T[K]>}` }[keyof T & string]

/** Key of any text, with its namespace: `people:list.title`. For titles of routes and the like. */
export type TextKey = { [N in keyof Resources & string]: `${N}:${Leaf<Resources[N]>}` }[keyof Resources & string]

/** The text of a key that is only known at run time. */
export const textOf = (key: TextKey, params?: Record<string, unknown>): string =>
  (i18next.t as unknown as (key: string, params?: Record<string, unknown>) => string)(key, params)
