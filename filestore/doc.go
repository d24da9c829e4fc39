// Package filestore keeps sessions in a folder, one file each. It needs no
// server and no library, lives through restarts, and any number of processes
// of one machine may share the folder.
//
//	store, err := filestore.Open("/var/lib/shop/sessions", filestore.Options{})
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//
// # What is in the folder
//
//	3f/3f9a…            a record; the name is the SHA-256 of its key, in hex
//	3f/lock             guards the records of 3f between processes
//	3f/tmp-…            a record being written
//	subjects/b1/b10c…/  a subject, by the SHA-256 of its name, and in it an
//	                    empty file for each record that is the subject's
//	subjects/b1/lock    guards the subjects of b1
//	lock                tried by Open, to see whether locking works
//
// Folders have mode 0700 and files 0600. Neither keys nor subjects are part of
// a name, so no key can lead out of the folder, and no error text shows one.
// The files do hold both, in clear text: a backup of the folder is as
// confidential as what the sessions say. Symbolic links that lead out of the
// folder are never followed.
//
// To end all sessions, stop the program and remove the folder.
//
// # Promises
//
// A record is written to a file of its own that is then renamed, so a crash, a
// power cut or a full disk leaves the old record or the new one and never a
// mixture. Each file carries a checksum over all it holds, its key included: a
// file that is damaged, cut short, or moved to another name is
// [session.ErrBroken]. A call returns success only when the disk has
// confirmed it, unless [Options.NoSync] is set.
//
// Reads take no lock. Writes lock one of 256 parts of the store; a process that
// is killed loses its locks at once, and one that hangs while it holds a lock
// holds up the others no longer than their contexts allow.
//
// # Limits
//
// Two files can't change at one instant, so Store is no [session.Replacer], and
// [session.Replace] makes two steps of a rotation: a crash in between leaves the
// old session as it was, and a record of which nobody has the token.
//
// The folder must be on a disk of this machine: network file systems cache what
// they have read, and not all of them lock. A record may take 64 MiB. Expired
// records take up room until [Store.Sweep] removes them. On Windows the folder
// should be on NTFS; FAT can't put a file in the place of one that is being read,
// so there a write may fail and leave the old record. Systems without file locks
// (Plan 9, WASI, AIX, Solaris) are refused by Open: [errors.ErrUnsupported].
package filestore
