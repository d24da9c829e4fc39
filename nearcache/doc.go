// Package nearcache keeps recent sessions in the process, in front of any store.
package nearcache
