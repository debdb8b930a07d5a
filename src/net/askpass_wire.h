/* What the two sides of a question say to each other: a byte for the kind and the words, to the end
 * of the stream; back comes a byte and the answer. */
#ifndef PILAB_NET_ASKPASS_WIRE_H
#define PILAB_NET_ASKPASS_WIRE_H

/* The path of the socket. */
#define ASKPASS_VARIABLE "PILAB_ASKPASS"
/* Bytes of a question, and of an answer. */
#define ASKPASS_LIMIT 8192

#define ASKPASS_WIRE_SECRET  's'
#define ASKPASS_WIRE_CONFIRM 'c'
#define ASKPASS_WIRE_NOTICE  'n'
#define ASKPASS_ANSWERED     '+'
#define ASKPASS_REFUSED      '-'

#endif
