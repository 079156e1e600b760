import { z } from 'zod'

/** An id as it comes over the wire, in the one spelling that the program compares: capitals name the same record. */
export const uuid = z.uuid().toLowerCase()
