// Package redisstore keeps sessions in Redis.
package redisstore
