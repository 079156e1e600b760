import { answerOnce } from '#platform/imports/thread-answer.ts'
import { readFramework } from './read-framework.ts'

await answerOnce(readFramework)
