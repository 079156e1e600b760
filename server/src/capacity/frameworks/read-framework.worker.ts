import { answerOnce } from '#platform/imports/thread-answer.ts'
import { readFrameworkHere } from './read-framework.ts'

await answerOnce(readFrameworkHere)
