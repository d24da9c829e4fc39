package servers

func init() { all["memcached"] = Memcached }
