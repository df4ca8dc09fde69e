"""Is it still right? How often each kind of service is asked, by letter and by phone; what people say is wrong; what use tells."""
